/** Parley's own files (docs/chat-format.md), of this version and as far as possible of a newer one. */
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import { blockSchema } from '../contract/message.ts';
import { transferChatSchema, transferMessageSchema } from '../contract/transfer.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { listOf, textOf } from './read-json.ts';

export function fromParley(value: JsonObject, report: LeftOutReport): TransferChat | undefined {
  const { messages: given, ...fields } = value;
  const chat = transferChatSchema.safeParse(fields);
  if (!chat.success) {
    report.note(`chat that cannot be read (${firstIssue(chat.error)})`, textOf(value['title']));
    return undefined;
  }
  const messages = listOf(given).flatMap(message => readMessage(message, report) ?? []);
  return { ...chat.data, ...joinTree(messages, chat.data.leaf_id, report) };
}

function readMessage(value: Json, report: LeftOutReport): TransferMessage | undefined {
  if (!isJsonObject(value)) {
    report.note('message that is no object');
    return undefined;
  }
  const blocks = listOf(value['content']);
  const strange = blocks.filter(block => !blockSchema.safeParse(block).success);
  for (const block of strange)
    report.note(`block of type ${isJsonObject(block) ? textOf(block['type']) : 'none'}`);
  // A newer Parley's blocks would make the message unreadable here; they are kept beside its content.
  const kept = strange.length === 0 ? {} : { unknown_blocks: strange };
  const known = blocks.filter(block => !strange.includes(block));
  const message = transferMessageSchema.safeParse({ ...value, content: known, ...kept });
  if (message.success) return message.data;
  report.note(`message that cannot be read (${firstIssue(message.error)})`, textOf(value['id']));
  return undefined;
}

/** Parents before replies; a message whose parent is missing begins a branch of its own. */
function joinTree(
  messages: TransferMessage[],
  leafId: string | null,
  report: LeftOutReport,
): { messages: TransferMessage[]; leaf_id: string | null } {
  const byId = new Map(messages.map(message => [message.id, message]));
  if (byId.size < messages.length) report.note('message that is in the chat twice');
  const placed = new Set<string>();
  const ordered: TransferMessage[] = [];
  for (const start of byId.values()) {
    const branch: TransferMessage[] = [];
    const passed = new Set<string>();
    for (let at: TransferMessage | undefined = start; at && !placed.has(at.id) && !passed.has(at.id);) {
      passed.add(at.id);
      branch.push(at);
      at = at.parent_id === null ? undefined : byId.get(at.parent_id);
    }
    for (const message of branch.reverse()) {
      const isRooted = message.parent_id === null || placed.has(message.parent_id);
      if (!isRooted) report.note('message whose parent is missing', message.id);
      ordered.push(isRooted ? message : { ...message, parent_id: null });
      placed.add(message.id);
    }
  }
  const leaf = leafId !== null && placed.has(leafId) ? leafId : (ordered.at(-1)?.id ?? null);
  return { messages: ordered, leaf_id: leaf };
}

function firstIssue(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`;
}
