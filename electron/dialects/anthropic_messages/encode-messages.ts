import type {
  RedactedThinkingBlockParam,
  TextBlockParam,
  ThinkingBlockParam,
  ToolResultBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages';

import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Block, Message, ThinkingBlock, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import type { Warn } from '../dialect.ts';
import { isForeignSignature } from '../foreign-signature.ts';
import { readCacheMarks } from './cache-marks.ts';
import { encodeAttachment } from './encode-attachment.ts';
import { createToolIds } from './tool-ids.ts';
import type { ToolIds } from './tool-ids.ts';
import { anthropicToolName } from './tool-name.ts';

type WireMessage = { role: Message['role']; content: JsonObject[] };

type Encoding = { ids: ToolIds; warn?: Warn | undefined };

/**
 * Our messages as Anthropic's: taking turns, results of tools first, nothing empty. `cacheMark` goes on the last block
 * that takes one.
 */
export function encodeMessages(messages: Message[], cacheMark?: JsonObject, warn?: Warn): JsonObject[] {
  const encoding: Encoding = { ids: createToolIds(), warn };
  const turns: WireMessage[] = [];
  for (const message of messages) {
    const content = encodeContent(message, encoding);
    if (content.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === message.role) last.content.push(...content);
    else turns.push({ role: message.role, content });
  }
  for (const turn of turns) if (turn.role === 'user') turn.content = resultsFirst(turn.content);
  trimLastAnswer(turns);
  const last = turns.at(-1)?.content.findLast(takesMark);
  if (last && cacheMark) last['cache_control'] = cacheMark;
  return turns;
}

/** A mark is refused on thinking. */
function takesMark({ type }: JsonObject): boolean {
  return type !== 'thinking' && type !== 'redacted_thinking';
}

function encodeContent(message: Message, encoding: Encoding): JsonObject[] {
  const marks = readCacheMarks(message);
  return message.content.flatMap((block, index) => {
    const encoded = encodeBlock(block, encoding);
    if (!encoded) return [];
    const mark = marks[index];
    return [mark === undefined || !takesMark(encoded) ? encoded : { ...encoded, cache_control: mark }];
  });
}

function encodeBlock(block: Block, encoding: Encoding): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return encodeText(block.text);
    case 'thinking':
      return encodeThinking(block);
    case 'attachment':
      return encodeAttachment(block, encoding.warn);
    case 'tool_use':
      return encodeToolUse(block, encoding);
    case 'tool_result':
      return encodeToolResult(block, encoding);
  }
}

/** Text without any letter is refused. */
function encodeText(text: string): JsonObject | undefined {
  return text.trim() === '' ? undefined : ({ type: 'text', text } satisfies TextBlockParam);
}

/** Anthropic takes back only what it signed itself, and that byte for byte. */
function encodeThinking({ text, signature, redacted_data }: ThinkingBlock): JsonObject | undefined {
  const seal = redacted_data ?? signature;
  if (seal === undefined || isForeignSignature(seal, 'anthropic_messages')) return undefined;
  return redacted_data === undefined
    ? ({ type: 'thinking', thinking: text, signature: seal } satisfies ThinkingBlockParam)
    : ({ type: 'redacted_thinking', data: redacted_data } satisfies RedactedThinkingBlockParam);
}

function encodeToolUse(block: ToolUseBlock, { ids }: Encoding): JsonObject {
  // Arguments that were no JSON object are refused; this way the model sees what it wrote.
  const input = isJsonObject(block.input) ? block.input : { arguments: block.input };
  return {
    type: 'tool_use',
    id: ids.ofCall(block.id),
    name: anthropicToolName(block.name),
    input,
  } satisfies ToolUseBlockParam;
}

function encodeToolResult(result: ToolResultBlock, { ids, warn }: Encoding): JsonObject {
  const content = result.content.flatMap(
    block => (block.type === 'text' ? encodeText(block.text) : encodeAttachment(block, warn)) ?? [],
  );
  const head = {
    type: 'tool_result',
    tool_use_id: ids.ofResult(result.tool_use_id),
    ...(result.is_error && { is_error: true }),
  } satisfies ToolResultBlockParam;
  return content.length === 0 ? head : { ...head, content };
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
