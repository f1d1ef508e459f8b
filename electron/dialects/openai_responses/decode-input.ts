import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Block, Message, ToolResultBlock, ToolUseBlock } from '../../contract/message.ts';
import {
  invalidField,
  isMissing,
  optionalList,
  optionalString,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { readCarried } from './carried-reasoning.ts';
import { decodeContent, decodeTexts } from './decode-content.ts';
import { partSeparator } from './reasoning-signature.ts';

type Decoded = { system: string[]; messages: Message[] };

type InputState = Decoded & {
  /** Calls so far by id: results give only the id, other formats want the name. */
  calls: Map<string, ToolUseBlock>;
  /** Signatures that came before the call they belong to, by its id. */
  signatures: Map<string, string>;
};

/** Items as our messages: what the model thought, said and called in one turn becomes one message. */
export function decodeInput(input: Json | undefined): Decoded {
  const state: InputState = { system: [], messages: [], calls: new Map(), signatures: new Map() };
  if (typeof input === 'string') {
    return { system: [], messages: [{ role: 'user', content: decodeContent(input, 'input') }] };
  }
  if (!Array.isArray(input) || input.length === 0) {
    throw invalidField('input', 'a string or a list with at least one item');
  }
  for (const [index, value] of input.entries()) {
    const path = `input[${index}]`;
    decodeItem(state, readObject(value, path), path);
  }
  return { system: state.system, messages: state.messages };
}

function decodeItem(state: InputState, item: JsonObject, path: string): void {
  const type = optionalString(item, 'type', path) ?? 'message';
  switch (type) {
    case 'message':
      decodeMessage(state, item, path);
      return;
    case 'reasoning':
      decodeReasoning(state, item, path);
      return;
    case 'function_call':
      decodeCall(state, item, path);
      return;
    case 'function_call_output':
      decodeResult(state, item, path);
      return;
    case 'item_reference':
      throw new AppError(
        'invalid_request',
        `${path} is an item_reference, and Parley keeps no answers it could look it up in. Send the item itself, with store: false.`,
        { body: { param: path } },
      );
    default:
      throw new AppError(
        'invalid_request',
        `${path}.type is ${JSON.stringify(type)}, which this model's provider cannot read. Start a new conversation, or stay with a model whose provider speaks the Responses format.`,
        { body: { param: `${path}.type` } },
      );
  }
}

function decodeMessage(state: InputState, item: JsonObject, path: string): void {
  const content = item['content'];
  switch (readString(item, 'role', path)) {
    case 'system':
    case 'developer': {
      const texts = decodeTexts(content, `${path}.content`);
      state.system.push(texts.map(block => block.text).join('\n'));
      return;
    }
    case 'user':
      state.messages.push({ role: 'user', content: decodeContent(content, `${path}.content`) });
      return;
    case 'assistant':
      addToAnswer(state, decodeTexts(content, `${path}.content`));
      return;
    default:
      throw invalidField(`${path}.role`, 'one of user, assistant, system, developer');
  }
}

function addToAnswer(state: InputState, blocks: Block[]): void {
  const last = state.messages.at(-1);
  if (last?.role === 'assistant') last.content.push(...blocks);
  else state.messages.push({ role: 'assistant', content: blocks });
}

function decodeReasoning(state: InputState, item: JsonObject, path: string): void {
  const summary = partTexts(item, 'summary', path);
  const text = (summary.length > 0 ? summary : partTexts(item, 'content', path)).join(partSeparator);
  const encrypted = optionalString(item, 'encrypted_content', path) ?? '';
  const id = optionalString(item, 'id', path);
  const { call_id, signature, redacted_data } = encrypted === '' ? {} : readCarried(encrypted, id);
  if (call_id !== undefined) {
    signCall(state, call_id, signature);
    return;
  }
  if (text === '' && signature === undefined && redacted_data === undefined) return;
  addToAnswer(state, [
    {
      type: 'thinking',
      text,
      ...(signature !== undefined && { signature }),
      ...(redacted_data !== undefined && { redacted_data }),
    },
  ]);
}

function signCall(state: InputState, callId: string, signature: string | undefined): void {
  if (signature === undefined) return;
  const call = state.calls.get(callId);
  if (call) call.signature = signature;
  else state.signatures.set(callId, signature);
}

function partTexts(item: JsonObject, name: 'summary' | 'content', path: string): string[] {
  return (optionalList(item, name, path) ?? []).flatMap((value, index) => {
    const part = `${path}.${name}[${index}]`;
    const text = readString(readObject(value, part), 'text', part);
    return text === '' ? [] : [text];
  });
}

function decodeCall(state: InputState, item: JsonObject, path: string): void {
  const id = readName(item, 'call_id', path);
  const name = readName(item, 'name', path);
  const { arguments: args } = item;
  if (!isMissing(args) && typeof args !== 'string' && !isJsonObject(args)) {
    throw invalidField(`${path}.arguments`, 'a string of JSON');
  }
  const signature = state.signatures.get(id);
  const call: ToolUseBlock = {
    type: 'tool_use',
    id,
    name,
    input: decodeArguments(args ?? ''),
    ...(signature !== undefined && { signature }),
  };
  state.calls.set(id, call);
  addToAnswer(state, [call]);
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

/** Results of calls made together travel in one message. */
function decodeResult(state: InputState, item: JsonObject, path: string): void {
  const id = readName(item, 'call_id', path);
  const name = state.calls.get(id)?.name;
  const { output } = item;
  const result: ToolResultBlock = {
    type: 'tool_result',
    tool_use_id: id,
    ...(name !== undefined && { name }),
    content: isMissing(output) ? [] : decodeContent(output, `${path}.output`),
  };
  const last = state.messages.at(-1);
  const isOpen = last?.role === 'user' && last.content.length > 0;
  if (isOpen && last.content.every(block => block.type === 'tool_result')) last.content.push(result);
  else state.messages.push({ role: 'user', content: [result] });
}
