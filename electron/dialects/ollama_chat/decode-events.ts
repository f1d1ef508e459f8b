import type { Delta, DeltaBlockType } from '../../contract/deltas.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { EventDecoder } from '../dialect.ts';
import { objectField, objectsField, textField } from '../json-fields.ts';
// The same shapes of error: text, or an object with a message.
import { errorDelta, findErrorFrame } from '../error-frame.ts';
import { findUsage } from './decode-usage.ts';
import { decodeDoneReason } from './done-reason.ts';

type DecoderState = {
  model: string | undefined;
  createdAt: string | undefined;
  /** Text and reasoning come without an index; each time the kind changes a new block begins. */
  openBlock: DeltaBlockType | undefined;
  blocks: { text: number; thinking: number };
  calls: number;
};

export function createDecoder(): EventDecoder {
  const state = createState();
  return { decodeEvent: event => decodeAnswer(state, event) };
}

/** A whole answer looks like the one last event of a stream. */
export function decodeResponse(body: JsonObject): Delta[] {
  return decodeAnswer(createState(), body);
}

/** Whether nothing but its content and its usage is left to be known of a whole answer. */
export function isFinished(body: JsonObject): boolean {
  return body['done'] === true && !findErrorFrame(body);
}

function createState(): DecoderState {
  return {
    model: undefined,
    createdAt: undefined,
    openBlock: undefined,
    blocks: { text: -1, thinking: -1 },
    calls: 0,
  };
}

function decodeAnswer(state: DecoderState, event: JsonObject): Delta[] {
  const error = findErrorFrame(event);
  if (error) return [errorDelta(error)];
  const deltas: Delta[] = [];
  const model = state.model === undefined ? textField(event, 'model') : undefined;
  if (model !== undefined) deltas.push({ type: 'message', model: (state.model = model) });
  state.createdAt ??= textField(event, 'created_at');
  const message = objectField(event, 'message');
  if (message) deltas.push(...decodeMessage(state, message));
  if (event['done'] === true) deltas.push(decodeEnd(state, event));
  return deltas;
}

function decodeMessage(state: DecoderState, message: JsonObject): Delta[] {
  const deltas: Delta[] = [];
  // The second name is that of compatible servers.
  const thinking = textField(message, 'thinking') ?? textField(message, 'reasoning_content');
  if (thinking !== undefined) deltas.push(growBlock(state, 'thinking', thinking));
  const text = textField(message, 'content');
  if (text !== undefined) deltas.push(growBlock(state, 'text', text));
  for (const call of objectsField(message, 'tool_calls')) deltas.push(...decodeCall(state, call));
  return deltas;
}

function growBlock(state: DecoderState, block: 'text' | 'thinking', delta: string): Delta {
  if (state.openBlock !== block) {
    state.openBlock = block;
    state.blocks[block] += 1;
  }
  return { type: 'block_delta', block, index: state.blocks[block], delta };
}

/** A call always comes whole. */
function decodeCall(state: DecoderState, call: JsonObject): Delta[] {
  state.openBlock = 'tool_use';
  const target = objectField(call, 'function') ?? {};
  const index = state.calls++;
  const id = textField(call, 'id') ?? makeCallId(state.createdAt, index);
  const signature = textField(call, 'signature');
  return [
    {
      type: 'block_start',
      block: 'tool_use',
      index,
      id,
      name: textField(target, 'name') ?? '',
      ...(signature !== undefined && { signature }),
    },
    { type: 'block_delta', block: 'tool_use', index, delta: argumentsText(target['arguments']) },
  ];
}

/** Servers before 0.13 give calls no id. The time, which they give in nanoseconds, keeps ours unique over turns. */
function makeCallId(createdAt: string | undefined, index: number): string {
  const time = (createdAt ?? '').replaceAll(/\D/g, '').slice(0, 24);
  return time === '' ? `call_${index}` : `call_${time}_${index}`;
}

function argumentsText(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '{}';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function decodeEnd(state: DecoderState, event: JsonObject): Delta {
  const reason = decodeDoneReason(textField(event, 'done_reason'));
  const usage = findUsage(event);
  return {
    type: 'message',
    finish_reason: reason === 'stop' && state.calls > 0 ? 'tool_use' : reason,
    ...(usage && { usage }),
  };
}
