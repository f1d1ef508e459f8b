import type { Json, JsonObject } from '../../contract/json.ts';
import type { Block, Message, ThinkingBlock, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import { decodeArguments } from '../call-arguments.ts';
import { wrapFreeform } from '../freeform-text.ts';
import { objectsField } from '../json-fields.ts';
import {
  invalidField,
  isMissing,
  optionalList,
  optionalObject,
  optionalString,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { withCacheMarks } from './cache-marks.ts';
import { decodeContent, decodeTextContent } from './decode-content.ts';
import { reasoningFields, sealReasoning } from './reasoning-field.ts';
import { readThoughtSignature } from './thought-signature.ts';

type Decoded = {
  system?: string;
  messages: Message[];
  /** What our messages have no place for, by name. */
  left_out: Record<string, Json>;
};

/** Names of the calls made so far by id: tool messages give only the id, other formats want the name. */
type CallNames = Map<string, string>;

export function decodeMessages(list: Json[]): Decoded {
  if (list.length === 0) throw invalidField('messages', 'a list with at least one message');
  const system: string[] = [];
  const messages: Message[] = [];
  const names: CallNames = new Map();
  const speakers: Json[] = [];
  const systemMessages: JsonObject[] = [];
  for (const [index, value] of list.entries()) {
    const path = `messages[${index}]`;
    const message = readObject(value, path);
    const speaker = optionalString(message, 'name', path);
    if (speaker !== undefined && message['role'] !== 'function' && message['role'] !== 'tool')
      speakers.push(speaker);
    switch (readString(message, 'role', path)) {
      case 'system':
      case 'developer':
        system.push(decodeTextContent(message['content'], `${path}.content`));
        systemMessages.push(message);
        break;
      case 'user':
        messages.push(decodeUser(message, path));
        break;
      case 'assistant':
        messages.push(decodeAssistant(message, path, names));
        break;
      case 'tool':
        pushResult(messages, decodeToolResult(message, path, names));
        break;
      case 'function':
        pushResult(messages, decodeFunctionResult(message, path, names));
        break;
      default:
        throw invalidField(`${path}.role`, 'one of system, developer, user, assistant, tool, function');
    }
  }
  return {
    ...(system.length > 0 && { system: system.join('\n\n') }),
    messages,
    left_out: {
      ...(speakers.length > 0 && { 'messages.name': speakers }),
      ...(isMarked(systemMessages) && { [systemField]: systemMessages }),
    },
  };
}

/** The system messages as they were written, where that says more than their text: what of them is to be cached. */
export const systemField = 'messages.system';

function isMarked(messages: JsonObject[]): boolean {
  return messages.some(message => objectsField(message, 'content').some(part => 'cache_control' in part));
}

function decodeUser(message: JsonObject, path: string): Message {
  const { content } = message;
  return withCacheMarks({ role: 'user', content: decodeContent(content, `${path}.content`) }, content);
}

/** Results of calls made together travel in one message. */
function pushResult(messages: Message[], result: ToolResultBlock): void {
  const last = messages.at(-1);
  const isOpen = last?.role === 'user' && last.content.every(block => block.type === 'tool_result');
  if (isOpen && last.content.length > 0) last.content.push(result);
  else messages.push({ role: 'user', content: [result] });
}

function decodeAssistant(message: JsonObject, path: string, names: CallNames): Message {
  if (!isMissing(message['audio'])) {
    throw invalidField(`${path}.audio`, 'left out: spoken answers cannot be sent back through Parley');
  }
  const blocks: Block[] = decodeThinking(message, path);
  if (!isMissing(message['content'])) {
    blocks.push(...decodeContent(message['content'], `${path}.content`));
  }
  const refusal = optionalString(message, 'refusal', path);
  if (refusal) blocks.push({ type: 'text', text: refusal });
  const calls = optionalList(message, 'tool_calls', path) ?? [];
  blocks.push(...calls.map((call, index) => decodeToolUse(call, `${path}.tool_calls[${index}]`)));
  const legacy = optionalObject(message, 'function_call', path);
  if (legacy) blocks.push(decodeFunctionCall(legacy, `${path}.function_call`, `call_${names.size}`));
  for (const block of blocks) if (block.type === 'tool_use') names.set(block.id, block.name);
  // OpenRouter's, which its own upstream takes back.
  const details = message['reasoning_details'];
  const kept = Array.isArray(details) && details.length > 0 ? [{ reasoning_details: details }] : [];
  return { role: 'assistant', content: blocks, ...(kept.length > 0 && { private: kept }) };
}

/** Not OpenAI's: the names under which compatible servers give reasoning, and tools send it back. */
function decodeThinking(message: JsonObject, path: string): ThinkingBlock[] {
  for (const field of reasoningFields) {
    const text = optionalString(message, field, path);
    if (text) return [{ type: 'thinking', text, signature: sealReasoning({ field }) }];
  }
  return [];
}

function decodeToolUse(value: Json, path: string): ToolUseBlock {
  const call = readObject(value, path);
  const type = optionalString(call, 'type', path) ?? 'function';
  const id = readName(call, 'id', path);
  if (type === 'custom') {
    const custom = readObject(call['custom'], `${path}.custom`);
    const input = wrapFreeform(readString(custom, 'input', `${path}.custom`));
    return { type: 'tool_use', id, name: readName(custom, 'name', `${path}.custom`), input };
  }
  if (type !== 'function') throw invalidField(`${path}.type`, '"function" or "custom"');
  const target = readObject(call['function'], `${path}.function`);
  const signature = readThoughtSignature(call);
  return {
    ...decodeFunctionCall(target, `${path}.function`, id),
    ...(signature !== undefined && { signature }),
  };
}

function decodeFunctionCall(target: JsonObject, path: string, id: string): ToolUseBlock {
  const name = readName(target, 'name', path);
  return { type: 'tool_use', id, name, input: decodeArguments(target['arguments'], `${path}.arguments`) };
}

function decodeToolResult(message: JsonObject, path: string, names: CallNames): ToolResultBlock {
  const id = readName(message, 'tool_call_id', path);
  return toolResult(id, names.get(id), message['content'], path);
}

/** The form before tool calls: a result names its function, and answers the last call of it. */
function decodeFunctionResult(message: JsonObject, path: string, names: CallNames): ToolResultBlock {
  const name = readString(message, 'name', path);
  const id = [...names].findLast(([, known]) => known === name)?.[0] ?? `call_${name}`;
  return toolResult(id, name, message['content'], path);
}

function toolResult(
  id: string,
  name: string | undefined,
  value: Json | undefined,
  path: string,
): ToolResultBlock {
  const content = isMissing(value) ? [] : decodeContent(value, `${path}.content`);
  return { type: 'tool_result', tool_use_id: id, ...(name !== undefined && { name }), content };
}
