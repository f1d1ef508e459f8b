import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

import type { Delta, DeltaBlockType, MessageDelta } from '../../contract/deltas.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { Usage } from '../../contract/usage.ts';
import type { EventDecoder } from '../dialect.ts';
import { errorDelta, findErrorFrame } from '../error-frame.ts';
import { asText, objectField, objectsField, textField } from '../json-fields.ts';
import { createNameDecoder } from '../tool-name.ts';
import { decodeCitations } from './citations.ts';
import { createToolCallDecoder } from './decode-tool-calls.ts';
import type { ToolCallDecoder } from './decode-tool-calls.ts';
import { findUsage } from './decode-usage.ts';
import { decodeFinishReason } from './finish-reason.ts';
import { reasoningFields, sealReasoning } from './reasoning-field.ts';
import type { ReasoningField } from './reasoning-field.ts';

type DecoderState = {
  id: string | undefined;
  model: string | undefined;
  toolCalls: ToolCallDecoder;
  /** Text and reasoning come without an index; each time the kind changes a new block begins. */
  openBlock: DeltaBlockType | undefined;
  blocks: { text: number; thinking: number };
  /** Where the reasoning being told stands in the answer, and would have to stand in the next request. */
  reasoningField: ReasoningField | undefined;
  refused: boolean;
  /** Addresses of the sources told so far. */
  cited: Set<string>;
};

/** A whole answer differs from a chunk in one word: its choices hold `message` where a chunk's hold `delta`. */
type ContentField = 'message' | (keyof ChatCompletionChunk.Choice & 'delta');

export function createDecoder(request?: ChatRequest): EventDecoder {
  const state = createState(request);
  return { decodeEvent: event => decodeAnswer(state, event, 'delta') };
}

export function decodeResponse(body: JsonObject, request?: ChatRequest): Delta[] {
  const deltas = decodeAnswer(createState(request), body, 'message');
  const isEnded = deltas.some(
    delta => delta.type === 'error' || (delta.type === 'message' && delta.finish_reason !== undefined),
  );
  // Several servers leave the reason out of a whole answer, which is whole all the same.
  if (!isEnded && findChoice(body)) deltas.push({ type: 'message', finish_reason: 'stop' });
  return deltas;
}

/** Whether nothing but its content and its usage is left to be known of a whole answer. */
export function isFinished(body: JsonObject): boolean {
  const choice = findChoice(body);
  const reason = choice && textField(choice, 'finish_reason');
  if (reason === undefined || findErrorFrame(body) || findChoiceError(choice)) return false;
  return decodeFinishReason(reason) !== 'error';
}

/** What is left to be known, but for the content. */
export function readFacts(body: JsonObject): { model?: string; usage?: Usage } {
  const model = textField(body, 'model');
  const usage = findUsage(body, findChoice(body));
  return { ...(model !== undefined && { model }), ...(usage && { usage }) };
}

function createState(request: ChatRequest | undefined): DecoderState {
  return {
    id: undefined,
    model: undefined,
    toolCalls: createToolCallDecoder(createNameDecoder(request)),
    openBlock: undefined,
    blocks: { text: -1, thinking: -1 },
    reasoningField: undefined,
    refused: false,
    cited: new Set(),
  };
}

function decodeAnswer(state: DecoderState, event: JsonObject, field: ContentField): Delta[] {
  const choice = findChoice(event);
  const error = findErrorFrame(event) ?? findChoiceError(choice);
  if (error) return [errorDelta(error)];
  const deltas: Delta[] = [];
  addHead(state, event, deltas);
  const content = choice && findContent(state, choice, field);
  if (content) addContent(state, content, content === choice['message'], deltas);
  deltas.push(...decodeCitations(event, content, state.cited));
  addEnd(state, event, choice, deltas);
  return deltas;
}

/** Only the first choice: Parley never asks for more than one. */
function findChoice({ choices }: JsonObject): JsonObject | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices) if (isJsonObject(choice) && (choice['index'] ?? 0) === 0) return choice;
  return undefined;
}

function findChoiceError(choice: JsonObject | undefined): ReturnType<typeof findErrorFrame> {
  const error = choice?.['error'];
  return error === undefined ? undefined : findErrorFrame({ error });
}

/** Perplexity sends both words in both kinds; others answer a request for a stream with the whole in one event. */
function findContent(state: DecoderState, choice: JsonObject, field: ContentField): JsonObject | undefined {
  const wanted = objectField(choice, field);
  if (wanted || state.openBlock !== undefined) return wanted;
  return objectField(choice, field === 'delta' ? 'message' : 'delta');
}

/** The first id and model count: some servers make up a new id for every chunk. */
function addHead(state: DecoderState, event: JsonObject, deltas: Delta[]): void {
  const id = state.id === undefined ? textField(event, 'id') : undefined;
  const model = state.model === undefined ? textField(event, 'model') : undefined;
  if (id === undefined && model === undefined) return;
  const delta: MessageDelta = { type: 'message' };
  if (id !== undefined) delta.id = state.id = id;
  if (model !== undefined) delta.model = state.model = model;
  deltas.push(delta);
}

function addContent(state: DecoderState, content: JsonObject, isWhole: boolean, deltas: Delta[]): void {
  // Some servers send the same reasoning under both names; one of them is enough.
  const field = reasoningFields.find(name => asText(content[name]) !== undefined);
  if (field !== undefined) {
    state.reasoningField = field;
    grow(state, 'thinking', asText(content[field]) ?? '', deltas);
  }
  addText(state, content['content'], deltas);
  const refusal = textField(content, 'refusal');
  if (refusal !== undefined) {
    state.refused = true;
    grow(state, 'text', refusal, deltas);
  }
  const pieces = content['tool_calls'] === undefined ? [] : objectsField(content, 'tool_calls');
  // The form before tool calls (2023): one call, no id.
  const legacy = objectField(content, 'function_call');
  if (legacy) pieces.push({ index: 0, function: legacy });
  if (pieces.length === 0) return;
  endThinking(state, deltas);
  state.openBlock = 'tool_use';
  // In a whole message each is a call of its own, whatever they have in common; only a stream cuts them.
  const calls = isWhole ? pieces.map((piece, index) => ({ ...piece, index })) : pieces;
  deltas.push(...state.toolCalls.decode(calls, state.id ?? ''));
}

/** Content is text, or a list of parts (Mistral's reasoning models: `thinking` parts among `text` parts). */
function addText(state: DecoderState, content: Json | undefined, deltas: Delta[]): void {
  const text = asText(content);
  if (text !== undefined) grow(state, 'text', text, deltas);
  if (!Array.isArray(content)) return;
  for (const part of content) {
    if (!isJsonObject(part)) continue;
    const thinking = objectsField(part, 'thinking')
      .map(piece => textField(piece, 'text') ?? '')
      .join('');
    if (thinking !== '') {
      grow(state, 'thinking', thinking, deltas);
      continue;
    }
    const piece = textField(part, 'text');
    if (piece !== undefined) grow(state, 'text', piece, deltas);
  }
}

function grow(state: DecoderState, block: 'text' | 'thinking', delta: string, deltas: Delta[]): void {
  if (state.openBlock !== block) {
    endThinking(state, deltas);
    state.openBlock = block;
    state.blocks[block] += 1;
  }
  deltas.push({ type: 'block_delta', block, index: state.blocks[block], delta });
}

/** Thinking that is over is marked with where it came from, so that it can go back there. */
function endThinking(state: DecoderState, deltas: Delta[]): void {
  const { openBlock, reasoningField: field, model } = state;
  if (openBlock !== 'thinking' || field === undefined || model === undefined) return;
  const signature = sealReasoning({ field, model });
  deltas.push({ type: 'block_delta', block: 'thinking', index: state.blocks.thinking, signature });
  state.reasoningField = undefined;
}

function addEnd(
  state: DecoderState,
  event: JsonObject,
  choice: JsonObject | undefined,
  deltas: Delta[],
): void {
  const usage = findUsage(event, choice);
  const reason = choice && textField(choice, 'finish_reason');
  if (reason === undefined) {
    if (usage) deltas.push({ type: 'message', usage });
    return;
  }
  endThinking(state, deltas);
  deltas.push(...state.toolCalls.flush(state.id ?? ''));
  const decoded = decodeFinishReason(reason);
  if (decoded === 'error') {
    if (usage) deltas.push({ type: 'message', usage });
    const message = `The provider broke off the answer (${reason}). Try again.`;
    deltas.push({ type: 'error', error: { code: 'stream_error', message } });
    return;
  }
  const finish_reason = state.refused && decoded === 'stop' ? 'refusal' : decoded;
  deltas.push({ type: 'message', finish_reason, ...(usage && { usage }) });
}
