import type { Delta, DeltaBlockType, MessageDelta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EventDecoder } from '../dialect.ts';
import { numberField, objectField, objectsField, textField } from '../json-fields.ts';
// Google's error object has the same members under the same name.
import { errorDelta, findErrorFrame } from '../openai_completions/error-frame.ts';
import { decodeFinishReason } from './finish-reason.ts';
import { decodeSignature } from './signature.ts';
import { findUsage } from './usage.ts';

type DecoderState = {
  id: string | undefined;
  model: string | undefined;
  /** Parts come without an index; each time the kind changes a new block begins. */
  openBlock: DeltaBlockType | undefined;
  blocks: { text: number; thinking: number };
  calls: number;
};

export function createDecoder(): EventDecoder {
  const state = createState();
  return { decodeEvent: event => decodeAnswer(state, event) };
}

/** A whole answer looks like the one event of a short stream. */
export function decodeResponse(body: JsonObject): Delta[] {
  return decodeAnswer(createState(), body);
}

function createState(): DecoderState {
  return {
    id: undefined,
    model: undefined,
    openBlock: undefined,
    blocks: { text: -1, thinking: -1 },
    calls: 0,
  };
}

function decodeAnswer(state: DecoderState, event: JsonObject): Delta[] {
  const error = findErrorFrame(event);
  if (error) return [errorDelta(error)];
  const deltas: Delta[] = [];
  const head = decodeHead(state, event);
  if (head) deltas.push(head);
  // Only the first candidate: Parley never asks for more than one.
  const candidate =
    objectsField(event, 'candidates').find(one => (numberField(one, 'index') ?? 0) === 0) ?? {};
  const content = objectField(candidate, 'content') ?? {};
  for (const part of objectsField(content, 'parts')) deltas.push(...decodePart(state, part));
  deltas.push(...decodeEnd(state, event, candidate));
  return deltas;
}

function decodeHead(state: DecoderState, event: JsonObject): MessageDelta | undefined {
  const id = state.id === undefined ? textField(event, 'responseId') : undefined;
  const model = state.model === undefined ? textField(event, 'modelVersion') : undefined;
  if (id === undefined && model === undefined) return undefined;
  const delta: MessageDelta = { type: 'message' };
  if (id !== undefined) delta.id = state.id = id;
  if (model !== undefined) delta.model = state.model = model;
  return delta;
}

function decodePart(state: DecoderState, part: JsonObject): Delta[] {
  const wire = textField(part, 'thoughtSignature');
  const signature = wire === undefined ? undefined : decodeSignature(wire);
  const call = objectField(part, 'functionCall');
  if (call) return decodeCall(state, call, signature);
  const text = textField(part, 'text');
  // The signature of a text often comes last, in a part whose text is empty.
  if (text === undefined && signature === undefined) return [];
  return [growBlock(state, part['thought'] === true ? 'thinking' : 'text', text, signature)];
}

function growBlock(
  state: DecoderState,
  block: 'text' | 'thinking',
  delta: string | undefined,
  signature: string | undefined,
): Delta {
  if (state.openBlock !== block) {
    state.openBlock = block;
    state.blocks[block] += 1;
  }
  return {
    type: 'block_delta',
    block,
    index: state.blocks[block],
    ...(delta !== undefined && { delta }),
    ...(signature !== undefined && { signature }),
  };
}

/** A call always comes whole. */
function decodeCall(state: DecoderState, call: JsonObject, signature: string | undefined): Delta[] {
  state.openBlock = 'tool_use';
  const index = state.calls++;
  // Older models give no id. The answer's own keeps ours unique over turns.
  const answer = (state.id ?? '').replaceAll(/[^A-Za-z0-9]/g, '').slice(-24);
  const made = answer === '' ? `call_${index}` : `call_${answer}_${index}`;
  return [
    {
      type: 'block_start',
      block: 'tool_use',
      index,
      id: textField(call, 'id') ?? made,
      name: textField(call, 'name') ?? '',
      ...(signature !== undefined && { signature }),
    },
    { type: 'block_delta', block: 'tool_use', index, delta: JSON.stringify(objectField(call, 'args') ?? {}) },
  ];
}

function decodeEnd(state: DecoderState, event: JsonObject, candidate: JsonObject): Delta[] {
  const usage = findUsage(event);
  const usageDeltas: Delta[] = usage ? [{ type: 'message', usage }] : [];
  // A prompt that was blocked gets no candidate.
  const blocked = textField(objectField(event, 'promptFeedback') ?? {}, 'blockReason');
  const word = textField(candidate, 'finishReason');
  const reason = blocked === undefined ? word && decodeFinishReason(word) : 'refusal';
  if (!reason) return usageDeltas;
  if (reason === 'error') {
    const detail = textField(candidate, 'finishMessage') ?? word;
    const message = `The provider broke off the answer (${detail}). Try again.`;
    return [...usageDeltas, { type: 'error', error: { code: 'stream_error', message } }];
  }
  const finish_reason = reason === 'stop' && state.calls > 0 ? 'tool_use' : reason;
  return [{ type: 'message', finish_reason, ...(usage && { usage }) }];
}
