import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Block, Message, ThinkingBlock, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import {
  invalidField,
  isMissing,
  optionalBoolean,
  optionalString,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { withCacheMarks } from './cache-marks.ts';
import type { CacheMarks } from './cache-marks.ts';
import { decodeContentBlock, decodeContentList, textBlocks } from './decode-content.ts';
import { decodeSystemMessage } from './decode-system.ts';
import type { ToolChange } from './decode-tools.ts';
import { describeNativeBlock } from './describe-native-block.ts';

type Decoded = { system: string[]; messages: Message[]; toolChanges: ToolChange[] };

/** Names of the calls made so far by id: results give only the id, other formats want the name. */
type CallNames = Map<string, string>;

export function decodeMessages(list: Json[]): Decoded {
  if (list.length === 0) throw invalidField('messages', 'a list with at least one message');
  const decoded: Decoded = { system: [], messages: [], toolChanges: [] };
  const names: CallNames = new Map();
  const lastUser = list.findLastIndex(message => isJsonObject(message) && message['role'] === 'user');
  for (const [index, value] of list.entries()) {
    const path = `messages[${index}]`;
    const message = readObject(value, path);
    const role = readString(message, 'role', path);
    if (role === 'system') {
      // Nearly everyone else has one place for it.
      const { text, changes } = decodeSystemMessage(message, path, index < lastUser);
      if (text !== undefined) decoded.system.push(text);
      decoded.toolChanges.push(...changes);
    } else if (role === 'user' || role === 'assistant') {
      decoded.messages.push(decodeMessage(role, message['content'], `${path}.content`, names));
    } else {
      throw invalidField(`${path}.role`, 'user, assistant or system');
    }
  }
  return decoded;
}

function decodeMessage(
  role: Message['role'],
  value: Json | undefined,
  path: string,
  names: CallNames,
): Message {
  if (typeof value === 'string') return { role, content: textBlocks(value) };
  if (!Array.isArray(value)) throw invalidField(path, 'a string or a list of content blocks');
  const content: Block[] = [];
  const marks: CacheMarks = {};
  for (const [index, item] of value.entries()) {
    const block = readObject(item, `${path}[${index}]`);
    content.push(...decodeBlock(block, `${path}[${index}]`, names));
    const mark = block['cache_control'];
    if (isJsonObject(mark) && content.length > 0) marks[content.length - 1] = mark;
  }
  return withCacheMarks({ role, content }, marks);
}

function decodeBlock(block: JsonObject, path: string, names: CallNames): Block[] {
  const content = decodeContentBlock(block, path);
  if (content) return content;
  switch (block['type']) {
    case 'thinking':
      return decodeThinking(block, path);
    case 'redacted_thinking':
      return [{ type: 'thinking', text: '', redacted_data: readString(block, 'data', path) }];
    case 'tool_use':
      return [decodeToolUse(block, path, names)];
    case 'tool_result':
      return [decodeToolResult(block, path, names)];
    default: {
      const text = describeNativeBlock(block);
      if (text !== undefined) return textBlocks(text);
      throw new AppError(
        'invalid_request',
        `${path}.type is ${JSON.stringify(block['type'])}, which only Anthropic itself can read. Start a new conversation, or stay with a model of theirs.`,
        { body: { param: `${path}.type` } },
      );
    }
  }
}

/** Tools keep the thinking of models that sign nothing with an empty signature. */
function decodeThinking(block: JsonObject, path: string): ThinkingBlock[] {
  const text = optionalString(block, 'thinking', path) ?? '';
  const signature = optionalString(block, 'signature', path) ?? '';
  if (text === '' && signature === '') return [];
  return [{ type: 'thinking', text, ...(signature !== '' && { signature }) }];
}

function decodeToolUse(block: JsonObject, path: string, names: CallNames): ToolUseBlock {
  const id = readName(block, 'id', path);
  const name = readName(block, 'name', path);
  const input = isMissing(block['input']) ? {} : block['input'];
  // See encode-events.ts for where it comes from.
  const signature = optionalString(block, 'signature', path);
  names.set(id, name);
  return { type: 'tool_use', id, name, input, ...(signature !== undefined && { signature }) };
}

function decodeToolResult(block: JsonObject, path: string, names: CallNames): ToolResultBlock {
  const id = readName(block, 'tool_use_id', path);
  const name = names.get(id);
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...(name !== undefined && { name }),
    content: decodeContentList(block['content'], `${path}.content`),
    ...(optionalBoolean(block, 'is_error', path) && { is_error: true }),
  };
}
