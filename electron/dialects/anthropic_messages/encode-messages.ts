import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Block, Message, ThinkingBlock, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import { isForeignSignature } from '../foreign-signature.ts';
import { readCacheMarks } from './cache-marks.ts';
import { encodeAttachment } from './encode-attachment.ts';
import { createToolIds } from './tool-ids.ts';
import type { ToolIds } from './tool-ids.ts';

type WireMessage = { role: Message['role']; content: JsonObject[] };

/** Our messages as Anthropic's: taking turns, results of tools first, nothing empty. */
export function encodeMessages(messages: Message[]): JsonObject[] {
  const ids = createToolIds();
  const turns: WireMessage[] = [];
  for (const message of messages) {
    const content = encodeContent(message, ids);
    if (content.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === message.role) last.content.push(...content);
    else turns.push({ role: message.role, content });
  }
  for (const turn of turns) if (turn.role === 'user') turn.content = resultsFirst(turn.content);
  trimLastAnswer(turns);
  return turns;
}

function encodeContent(message: Message, ids: ToolIds): JsonObject[] {
  const marks = readCacheMarks(message);
  return message.content.flatMap((block, index) => {
    const encoded = encodeBlock(block, ids);
    if (!encoded) return [];
    // Refused on thinking.
    const mark = block.type === 'thinking' ? undefined : marks[index];
    return [mark === undefined ? encoded : { ...encoded, cache_control: mark }];
  });
}

function encodeBlock(block: Block, ids: ToolIds): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return encodeText(block.text);
    case 'thinking':
      return encodeThinking(block);
    case 'attachment':
      return encodeAttachment(block);
    case 'tool_use':
      return encodeToolUse(block, ids);
    case 'tool_result':
      return encodeToolResult(block, ids);
  }
}

/** Text without any letter is refused. */
function encodeText(text: string): JsonObject | undefined {
  return text.trim() === '' ? undefined : { type: 'text', text };
}

/** Anthropic takes back only what it signed itself, and that byte for byte. */
function encodeThinking({ text, signature, redacted_data }: ThinkingBlock): JsonObject | undefined {
  const seal = redacted_data ?? signature;
  if (seal === undefined || isForeignSignature(seal, 'anthropic_messages')) return undefined;
  return redacted_data === undefined
    ? { type: 'thinking', thinking: text, signature: seal }
    : { type: 'redacted_thinking', data: redacted_data };
}

function encodeToolUse(block: ToolUseBlock, ids: ToolIds): JsonObject {
  // Arguments that were no JSON object are refused; this way the model sees what it wrote.
  const input = isJsonObject(block.input) ? block.input : { arguments: block.input };
  return { type: 'tool_use', id: ids.encode(block.id), name: block.name, input };
}

function encodeToolResult(result: ToolResultBlock, ids: ToolIds): JsonObject {
  const content = result.content.flatMap(
    block => (block.type === 'text' ? encodeText(block.text) : encodeAttachment(block)) ?? [],
  );
  return {
    type: 'tool_result',
    tool_use_id: ids.encode(result.tool_use_id),
    ...(content.length > 0 && { content }),
    ...(result.is_error && { is_error: true }),
  };
}

/** Text before a result is refused: the calls before it would count as not answered. */
function resultsFirst(content: JsonObject[]): JsonObject[] {
  const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result';
  return [...content.filter(isResult), ...content.filter(block => !isResult(block))];
}

/** An answer to be continued must not end in white space. */
function trimLastAnswer(turns: WireMessage[]): void {
  const last = turns.at(-1);
  const block = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  if (block && typeof block['text'] === 'string') block['text'] = block['text'].trimEnd();
}
