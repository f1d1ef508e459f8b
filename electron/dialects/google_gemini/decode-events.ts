import type { Candidate, GenerateContentResponse, Part } from '@google/genai';

import type { BlockDelta, Delta, DeltaBlockType, ErrorDelta, MessageDelta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { EventDecoder } from '../dialect.ts';
// Google's error object has the same members under the same name.
import { errorDelta, findErrorFrame } from '../error-frame.ts';
import { numberField, objectField, objectsField, textField } from '../json-fields.ts';
import { createNameDecoder } from '../tool-name.ts';
import { decodeCitations } from './citations.ts';
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
  toolName: (name: string) => string;
};

/** Fields as Google's library knows them; what it does not know is found by the compiler. */
type Field<T> = Extract<keyof T, string>;

const inAnswer = (name: Field<GenerateContentResponse>): string => name;
const inCandidate = (name: Field<Candidate>): string => name;
const inPart = (name: Field<Part>): string => name;

export function createDecoder(request?: ChatRequest): EventDecoder {
  const state = createState(request);
  return { decodeEvent: event => decodeAnswer(state, event) };
}

/** A whole answer looks like the one event of a short stream. */
export function decodeResponse(body: JsonObject, request?: ChatRequest): Delta[] {
  return decodeAnswer(createState(request), body);
}

/** Whether nothing but its content and its usage is left to be known of a whole answer. */
export function isFinished(body: JsonObject): boolean {
  const candidate = 'error' in body ? undefined : objectsField(body, 'candidates').find(isFirst);
  const word = candidate && textField(candidate, inCandidate('finishReason'));
  const reason = word && decodeFinishReason(word);
  return reason !== undefined && reason !== 'error';
}

function createState(request: ChatRequest | undefined): DecoderState {
  return {
    id: undefined,
    model: undefined,
    openBlock: undefined,
    blocks: { text: -1, thinking: -1 },
    calls: 0,
    toolName: createNameDecoder(request),
  };
}

function decodeAnswer(state: DecoderState, event: JsonObject): Delta[] {
  // Only what holds no answer is looked through for what went wrong.
  const list = event[inAnswer('candidates')];
  const error = Array.isArray(list) && !('error' in event) ? undefined : decodeError(event);
  if (error) return [error];
  const deltas: Delta[] = [];
  const head = decodeHead(state, event);
  if (head) deltas.push(head);
  // Only the first candidate: Parley never asks for more than one.
  const candidate = objectsField(event, 'candidates').find(isFirst) ?? {};
  const end = decodeEnd(state, event, candidate);
  const content = objectField(candidate, inCandidate('content'));
  const parts = content ? objectsField(content, 'parts') : [];
  // Tools that count while they read want the tokens of the prompt before the answer.
  if (!end.isFinal) deltas.push(...end.deltas);
  for (const part of parts) decodePart(state, part, deltas);
  deltas.push(...decodeCitations(candidate));
  if (end.isFinal) deltas.push(...finishOf(state, end.deltas));
  return deltas;
}

function isFirst(candidate: JsonObject): boolean {
  return (numberField(candidate, inCandidate('index')) ?? 0) === 0;
}

function decodeError(event: JsonObject): ErrorDelta | undefined {
  const frame = findErrorFrame(event);
  return frame && errorDelta(frame);
}

function decodeHead(state: DecoderState, event: JsonObject): MessageDelta | undefined {
  const id = state.id === undefined ? textField(event, inAnswer('responseId')) : undefined;
  const model = state.model === undefined ? textField(event, inAnswer('modelVersion')) : undefined;
  if (id === undefined && model === undefined) return undefined;
  const delta: MessageDelta = { type: 'message' };
  if (id !== undefined) delta.id = state.id = id;
  if (model !== undefined) delta.model = state.model = model;
  return delta;
}

function decodePart(state: DecoderState, part: JsonObject, deltas: Delta[]): void {
  const wire = textField(part, inPart('thoughtSignature'));
  const signature = wire === undefined ? undefined : decodeSignature(wire);
  const call = objectField(part, inPart('functionCall'));
  if (call) {
    deltas.push(...decodeCall(state, call, signature));
    return;
  }
  const text = textField(part, inPart('text'));
  // The signature of a text often comes last, in a part whose text is empty.
  if (text === undefined && signature === undefined) return;
  deltas.push(growBlock(state, part[inPart('thought')] === true ? 'thinking' : 'text', text, signature));
}

function growBlock(
  state: DecoderState,
  block: 'text' | 'thinking',
  text: string | undefined,
  signature: string | undefined,
): Delta {
  if (state.openBlock !== block) {
    state.openBlock = block;
    state.blocks[block] += 1;
  }
  const delta: BlockDelta = { type: 'block_delta', block, index: state.blocks[block] };
  if (text !== undefined) delta.delta = text;
  if (signature !== undefined) delta.signature = signature;
  return delta;
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
      name: state.toolName(textField(call, 'name') ?? ''),
      ...(signature !== undefined && { signature }),
    },
    { type: 'block_delta', block: 'tool_use', index, delta: JSON.stringify(objectField(call, 'args') ?? {}) },
  ];
}

/** Usage so far, or how the answer ended; a call in the same event is only counted after it. */
function decodeEnd(
  state: DecoderState,
  event: JsonObject,
  candidate: JsonObject,
): { deltas: Delta[]; isFinal: boolean } {
  const usage = findUsage(event);
  const usageDeltas: Delta[] = usage ? [{ type: 'message', usage }] : [];
  // A prompt that was blocked gets no candidate.
  const feedback = objectField(event, inAnswer('promptFeedback'));
  const isBlocked = feedback !== undefined && textField(feedback, 'blockReason') !== undefined;
  const word = textField(candidate, inCandidate('finishReason'));
  const reason = isBlocked ? 'refusal' : word && decodeFinishReason(word);
  if (!reason) return { deltas: usageDeltas, isFinal: false };
  if (reason === 'error') {
    const detail = textField(candidate, inCandidate('finishMessage')) ?? word;
    const message = `The provider broke off the answer (${detail}). Try again.`;
    const error: Delta = { type: 'error', error: { code: 'stream_error', message } };
    return { deltas: [...usageDeltas, error], isFinal: true };
  }
  return { deltas: [{ type: 'message', finish_reason: reason, ...(usage && { usage }) }], isFinal: true };
}

function finishOf(state: DecoderState, deltas: Delta[]): Delta[] {
  if (state.calls === 0) return deltas;
  return deltas.map(delta =>
    delta.type === 'message' && delta.finish_reason === 'stop'
      ? { ...delta, finish_reason: 'tool_use' }
      : delta,
  );
}
