/**
 * Cherry Studio's backup: a zip whose data.json holds {time, version, localStorage, indexedDB}. Titles stand in
 * localStorage under persist:cherry-studio (JSON in JSON), messages in indexedDB.topics, and since version 5 their text
 * in indexedDB.message_blocks. Read from CherryHQ/cherry-studio (src/renderer/src/types/newMessage.ts and
 * legacyMessage.ts, services/BackupService.ts). Its direct backups (version 6 and later) hold database files instead.
 */
import type { Json, JsonObject } from '../contract/json.ts';
import type { Block } from '../contract/message.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import { buildChat, buildMessage, textBlocks } from './build-chat.ts';
import type { FindFile } from './build-chat.ts';
import { readCherryBlock, readCherryFile } from './cherry-blocks.ts';
import type { LeftOutReport } from './left-out-report.ts';
import { listOf, objectOf, textOf, timeOf } from './read-json.ts';

export type CherryReader = {
  /** The tables' rows in any order. */
  add(table: string, row: JsonObject): void;
  addLocalStorage(storage: JsonObject): void;
  /** Once every row was added. */
  chats(): Iterable<TransferChat>;
};

export function createCherryReader(report: LeftOutReport, findFile: FindFile): CherryReader {
  const topics: JsonObject[] = [];
  const blocks = new Map<string, JsonObject>();
  const names = new Map<string, JsonObject>();
  return {
    add(table, row) {
      if (table === 'topics') topics.push(row);
      else if (table === 'message_blocks') blocks.set(textOf(row['id']), row);
      else report.note(`table ${table}`);
    },
    addLocalStorage(storage) {
      for (const topic of readTopicNames(storage, report)) names.set(textOf(topic['id']), topic);
    },
    *chats() {
      for (const topic of topics) {
        const chat = readTopic(topic, names, { blocks, report, findFile });
        if (chat) yield chat;
      }
    },
  };
}

type Context = { blocks: ReadonlyMap<string, JsonObject>; report: LeftOutReport; findFile: FindFile };

/** Topics are listed with their assistants, in JSON inside the text of one key. */
function readTopicNames(storage: JsonObject, report: LeftOutReport): JsonObject[] {
  const persisted = parse(storage['persist:cherry-studio']);
  const assistants = objectOf(parse(objectOf(persisted)['assistants']));
  if (Object.keys(assistants).length === 0) {
    report.note('localStorage without the list of topics');
    return [];
  }
  const own = objectOf(assistants['defaultAssistant']);
  return [own, ...listOf(assistants['assistants']).map(objectOf)].flatMap(assistant =>
    listOf(assistant['topics']).map(objectOf),
  );
}

function parse(value: Json | undefined): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function readTopic(
  topic: JsonObject,
  names: ReadonlyMap<string, JsonObject>,
  context: Context,
): TransferChat | undefined {
  const { report } = context;
  const id = textOf(topic['id']);
  const details = objectOf(names.get(id));
  const title = textOf(details['name']) || textOf(topic['name']);
  const { messages, leaf_id } = readMessages(listOf(topic['messages']).map(objectOf), context);
  if (id === '' || messages.length === 0) {
    report.note(id === '' ? 'topic without an id' : 'topic without a message', title);
    return undefined;
  }
  return buildChat({
    id,
    title,
    created_at: timeOf(details['createdAt']),
    updated_at: timeOf(details['updatedAt']),
    leaf_id,
    messages,
  });
}

/** A list in the order of the page. Answers of several models to one question name it; they are siblings. */
function readMessages(
  given: JsonObject[],
  context: Context,
): { messages: TransferMessage[]; leaf_id: string | null } {
  const messages: TransferMessage[] = [];
  const known = new Set<string>();
  /** What the next message follows: among several answers to one question the one that was chosen. */
  let last: { id: string; parent_id: string | null; isChosen: boolean } | undefined;
  for (const each of given) {
    const message = readMessage(each, context);
    if (!message) continue;
    const asked = textOf(each['askId']);
    const isAnswer = message.role === 'assistant';
    message.parent_id = isAnswer && known.has(asked) ? asked : (last?.id ?? null);
    message.created_at ||= messages.at(-1)?.created_at ?? new Date(0).toISOString();
    messages.push(message);
    known.add(message.id);
    const isSibling = isAnswer && last?.parent_id === message.parent_id && last.parent_id !== null;
    const isChosen = each['foldSelected'] === true || each['useful'] === true;
    if (!isSibling || !last?.isChosen) last = { id: message.id, parent_id: message.parent_id, isChosen };
  }
  return { messages, leaf_id: last?.id ?? null };
}

function readMessage(each: JsonObject, context: Context): TransferMessage | undefined {
  const id = textOf(each['id']);
  const role = textOf(each['role']);
  if (each['type'] === 'clear') {
    context.report.note('mark that clears the context', id);
    return undefined;
  }
  const content = readContent(each, context);
  if (id === '' || (role !== 'user' && role !== 'assistant') || content.length === 0) {
    context.report.note(
      content.length === 0 ? 'message without content' : `message of role ${role || 'none'}`,
      id,
    );
    return undefined;
  }
  return buildMessage({
    id,
    parent_id: null,
    role,
    content,
    status: statusOf(textOf(each['status'])),
    usage: readUsage(objectOf(each['usage'])),
    model: role === 'assistant' ? modelOf(each) : null,
    created_at: timeOf(each['createdAt']) ?? '',
  });
}

function readContent(message: JsonObject, context: Context): Block[] {
  const { blocks, report, findFile } = context;
  const ids = listOf(message['blocks']).map(textOf);
  if (ids.length > 0) {
    return ids.flatMap(id => {
      const block = blocks.get(id);
      if (block) return readCherryBlock(block, report, findFile);
      report.note('block that is not in the file', id);
      return [];
    });
  }
  // Before version 5 a message held its own text.
  const thought = textOf(message['reasoning_content']);
  const thinking: Block[] = thought === '' ? [] : [{ type: 'thinking', text: thought }];
  const files = listOf(message['files']).flatMap(file => readCherryFile(objectOf(file), report, findFile));
  return [...files, ...thinking, ...textBlocks(textOf(message['content']))];
}

function statusOf(status: string): TransferMessage['status'] {
  if (status === 'error') return 'error';
  if (status === 'paused') return 'cancelled';
  return ['processing', 'pending', 'searching', 'sending'].includes(status) ? 'interrupted' : 'complete';
}

function readUsage({
  prompt_tokens: input,
  completion_tokens: output,
}: JsonObject): TransferMessage['usage'] {
  const usage = {
    ...(typeof input === 'number' ? { input_tokens: input } : {}),
    ...(typeof output === 'number' ? { output_tokens: output } : {}),
  };
  return Object.keys(usage).length === 0 ? null : usage;
}

function modelOf(message: JsonObject): string | null {
  const model = objectOf(message['model']);
  const id = textOf(model['id']) || textOf(message['modelId']);
  if (id === '') return null;
  return `${textOf(model['provider']) || 'cherry-studio'}/${id}`;
}
