import type { ResponseInputItem } from 'openai/resources/responses/responses';

import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Block, Message, ToolUseBlock } from '../../contract/message.ts';
import type { Tool } from '../../contract/request.ts';
import {
  invalidField,
  optionalList,
  optionalObject,
  optionalString,
  readList,
  readObject,
  readString,
} from '../request-fields.ts';
import { readCarried } from './carried-reasoning.ts';
import { decodeCall, decodeResult, signCall } from './decode-calls.ts';
import { decodeContent, decodeTexts } from './decode-content.ts';
import { decodeToolList } from './decode-tools.ts';
import { partSeparator } from './reasoning-signature.ts';
import { sealPhase } from './text-phase.ts';

export type DecodedInput = {
  system: string[];
  messages: Message[];
  /** Tools that are offered in the course of the conversation. */
  tools: Tool[];
  /** What the conversation changed of the request's own settings. */
  settings: JsonObject;
  /** Items and tools left out, by kind: what OpenAI did on its side, of which the answer tells. */
  left_out: Map<string, JsonObject[]>;
};

export type InputState = DecodedInput & {
  /** Calls so far by id: results give only the id, other formats want the name. */
  calls: Map<string, ToolUseBlock>;
  /** Signatures that came before the call they belong to, by its id. */
  signatures: Map<string, string>;
};

/** What becomes of each kind of item; `undefined` is a message that does not say what it is. */
const itemKinds = {
  message: 'read',
  reasoning: 'read',
  function_call: 'read',
  function_call_output: 'read',
  custom_tool_call: 'read',
  custom_tool_call_output: 'read',
  local_shell_call: 'read',
  local_shell_call_output: 'read',
  shell_call: 'read',
  shell_call_output: 'read',
  apply_patch_call: 'read',
  apply_patch_call_output: 'read',
  tool_search_call: 'read',
  tool_search_output: 'read',
  additional_tools: 'read',
  configuration_update: 'read',
  // What was found, drawn or computed stands in the messages after it.
  web_search_call: 'left out',
  file_search_call: 'left out',
  code_interpreter_call: 'left out',
  image_generation_call: 'left out',
  mcp_list_tools: 'left out',
  item_reference: 'refused',
  compaction: 'refused',
  compaction_trigger: 'refused',
  computer_call: 'refused',
  computer_call_output: 'refused',
  mcp_call: 'refused',
  mcp_approval_request: 'refused',
  mcp_approval_response: 'refused',
  program: 'refused',
  program_output: 'refused',
} satisfies Record<NonNullable<ResponseInputItem['type']>, 'read' | 'left out' | 'refused'>;

type ReadKind = {
  [K in keyof typeof itemKinds]: (typeof itemKinds)[K] extends 'read' ? K : never;
}[keyof typeof itemKinds];

/** Items as our messages: what the model thought, said and called in one turn becomes one message. */
export function decodeInput(input: Json | undefined): DecodedInput {
  const state: InputState = {
    system: [],
    messages: [],
    tools: [],
    settings: {},
    left_out: new Map(),
    calls: new Map(),
    signatures: new Map(),
  };
  if (typeof input === 'string') {
    return { ...state, messages: [{ role: 'user', content: decodeContent(input, 'input') }] };
  }
  if (!Array.isArray(input) || input.length === 0) {
    throw invalidField('input', 'a string or a list with at least one item');
  }
  for (const [index, value] of input.entries()) {
    const path = `input[${index}]`;
    const item = readObject(value, path);
    const type = optionalString(item, 'type', path) ?? 'message';
    if (isReadKind(type)) decodeItem(state, type, item, path);
    else leaveOut(state, type, item, path);
  }
  return state;
}

function isReadKind(type: string): type is ReadKind {
  return kindOf(type) === 'read';
}

function kindOf(type: string): string | undefined {
  const kinds: Readonly<Record<string, string>> = itemKinds;
  return Object.hasOwn(kinds, type) ? kinds[type] : undefined;
}

function decodeItem(state: InputState, type: ReadKind, item: JsonObject, path: string): void {
  switch (type) {
    case 'message':
      decodeMessage(state, item, path);
      return;
    case 'reasoning':
      decodeReasoning(state, item, path);
      return;
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
    case 'shell_call':
    case 'apply_patch_call':
    case 'tool_search_call':
      addToAnswer(state, [decodeCall(state, type, item, path)]);
      return;
    case 'tool_search_output':
      addTools(state, item, path);
      decodeResult(state, type, item, path);
      return;
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
    case 'shell_call_output':
    case 'apply_patch_call_output':
      decodeResult(state, type, item, path);
      return;
    case 'additional_tools':
      addTools(state, item, path);
      return;
    case 'configuration_update':
      for (const name of ['reasoning', 'text']) {
        const update = optionalObject(item, name, path);
        if (update) state.settings[name] = update;
      }
      return;
  }
}

function leaveOut(state: InputState, type: string, item: JsonObject, path: string): void {
  if (kindOf(type) === 'left out') {
    noteLeftOut(state.left_out, `input.${type}`, item);
    return;
  }
  const said =
    type === 'item_reference'
      ? `${path} is an item_reference, and Parley keeps no answers it could look it up in. Send the item itself, with store: false.`
      : `${path}.type is ${JSON.stringify(type)}, which this model's provider cannot read. Start a new conversation, or stay with a model whose provider speaks the Responses format.`;
  const param = type === 'item_reference' ? path : `${path}.type`;
  throw new AppError('invalid_request', said, { body: { param } });
}

export function noteLeftOut(leftOut: DecodedInput['left_out'], name: string, what: JsonObject): void {
  const known = leftOut.get(name);
  if (known) known.push(what);
  else leftOut.set(name, [what]);
}

function addTools(state: InputState, item: JsonObject, path: string): void {
  const { tools, optional } = decodeToolList(
    readList(item['tools'] ?? null, `${path}.tools`),
    `${path}.tools`,
  );
  state.tools.push(...tools);
  for (const [name, tool] of optional) noteLeftOut(state.left_out, name, tool);
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
    case 'assistant': {
      const texts = decodeTexts(content, `${path}.content`);
      const phase = optionalString(item, 'phase', path);
      if (phase !== undefined) for (const text of texts) text.signature = sealPhase(phase);
      addToAnswer(state, texts);
      return;
    }
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

function partTexts(item: JsonObject, name: 'summary' | 'content', path: string): string[] {
  return (optionalList(item, name, path) ?? []).flatMap((value, index) => {
    const part = `${path}.${name}[${index}]`;
    const text = readString(readObject(value, part), 'text', part);
    return text === '' ? [] : [text];
  });
}
