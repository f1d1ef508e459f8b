import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Block, Message, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
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
import { decodeContent, decodeTextContent } from './decode-content.ts';

type Decoded = { system?: string; messages: Message[] };

/** Names of the calls made so far by id: tool messages give only the id, other formats want the name. */
type CallNames = Map<string, string>;

export function decodeMessages(list: Json[]): Decoded {
  if (list.length === 0) throw invalidField('messages', 'a list with at least one message');
  const system: string[] = [];
  const messages: Message[] = [];
  const names: CallNames = new Map();
  for (const [index, value] of list.entries()) {
    const path = `messages[${index}]`;
    const message = readObject(value, path);
    switch (readString(message, 'role', path)) {
      case 'system':
      case 'developer':
        system.push(decodeTextContent(message['content'], `${path}.content`));
        break;
      case 'user':
        messages.push({ role: 'user', content: decodeContent(message['content'], `${path}.content`) });
        break;
      case 'assistant':
        messages.push({ role: 'assistant', content: decodeAssistant(message, path, names) });
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
  return { ...(system.length > 0 && { system: system.join('\n\n') }), messages };
}

/** Results of calls made together travel in one message. */
function pushResult(messages: Message[], result: ToolResultBlock): void {
  const last = messages.at(-1);
  const isOpen = last?.role === 'user' && last.content.every(block => block.type === 'tool_result');
  if (isOpen && last.content.length > 0) last.content.push(result);
  else messages.push({ role: 'user', content: [result] });
}

function decodeAssistant(message: JsonObject, path: string, names: CallNames): Block[] {
  if (!isMissing(message['audio'])) {
    throw invalidField(`${path}.audio`, 'left out: spoken answers cannot be sent back through Parley');
  }
  const blocks: Block[] = [];
  // Not OpenAI's: the names under which compatible servers give reasoning, and tools send it back.
  const thinking =
    optionalString(message, 'reasoning_content', path) ?? optionalString(message, 'reasoning', path);
  if (thinking) blocks.push({ type: 'thinking', text: thinking });
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
  return blocks;
}

function decodeToolUse(value: Json, path: string): ToolUseBlock {
  const call = readObject(value, path);
  const type = optionalString(call, 'type', path) ?? 'function';
  if (type !== 'function') throw invalidField(`${path}.type`, '"function"');
  const target = readObject(call['function'], `${path}.function`);
  return decodeFunctionCall(target, `${path}.function`, readName(call, 'id', path));
}

function decodeFunctionCall(target: JsonObject, path: string, id: string): ToolUseBlock {
  const name = readName(target, 'name', path);
  const { arguments: args } = target;
  if (!isMissing(args) && typeof args !== 'string' && !isJsonObject(args)) {
    throw invalidField(`${path}.arguments`, 'a string of JSON');
  }
  return { type: 'tool_use', id, name, input: decodeArguments(args ?? '') };
}

/** Arguments a model wrote wrongly stay the text they were, so that they go back unchanged. */
function decodeArguments(args: string | JsonObject): Json {
  if (typeof args !== 'string') return args;
  if (args.trim() === '') return {};
  try {
    const value = JSON.parse(args) as Json; // JSON.parse yields Json by definition
    return isJsonObject(value) ? value : args;
  } catch {
    return args;
  }
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
