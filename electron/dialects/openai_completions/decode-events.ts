import type { Delta, DeltaBlockType, MessageDelta } from '../../contract/deltas.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { EventDecoder } from '../dialect.ts';
import { asText, numberField, objectField, objectsField, textField } from '../json-fields.ts';
import { createToolCallDecoder } from './decode-tool-calls.ts';
import type { ToolCallDecoder } from './decode-tool-calls.ts';
import { findUsage } from './decode-usage.ts';
import { errorDelta, findErrorFrame } from './error-frame.ts';
import { decodeFinishReason } from './finish-reason.ts';

type DecoderState = {
  id: string | undefined;
  model: string | undefined;
  toolCalls: ToolCallDecoder;
  /** Text and reasoning come without an index; each time the kind changes a new block begins. */
  openBlock: DeltaBlockType | undefined;
  blocks: { text: number; thinking: number };
  refused: boolean;
};

export function createDecoder(): EventDecoder {
  const state = createState();
  return { decodeEvent: event => decodeAnswer(state, event, 'delta') };
}

/** A whole answer differs from a chunk in one word: its choices hold `message` where a chunk's hold `delta`. */
export function decodeResponse(body: JsonObject): Delta[] {
  return decodeAnswer(createState(), body, 'message');
}

function createState(): DecoderState {
  return {
    id: undefined,
    model: undefined,
    toolCalls: createToolCallDecoder(),
    openBlock: undefined,
    blocks: { text: -1, thinking: -1 },
    refused: false,
  };
}

function decodeAnswer(state: DecoderState, event: JsonObject, kind: 'delta' | 'message'): Delta[] {
  // Only the first choice: Parley never asks for more than one.
  const choice = objectsField(event, 'choices').find(
    candidate => (numberField(candidate, 'index') ?? 0) === 0,
  );
  const error = findErrorFrame(event) ?? (choice && findErrorFrame({ error: choice['error'] ?? null }));
  if (error) return [errorDelta(error)];
  const deltas: Delta[] = [];
  const head = decodeHead(state, event);
  if (head) deltas.push(head);
  const content = choice && findContent(state, choice, kind);
  if (content) deltas.push(...decodeContent(state, content));
  deltas.push(...decodeEnd(state, event, choice));
  return deltas;
}

/** Perplexity sends both words in both kinds; others answer a request for a stream with the whole in one event. */
function findContent(
  state: DecoderState,
  choice: JsonObject,
  kind: 'delta' | 'message',
): JsonObject | undefined {
  const wanted = objectField(choice, kind);
  if (wanted || state.openBlock !== undefined) return wanted;
  return objectField(choice, kind === 'delta' ? 'message' : 'delta');
}

/** The first id and model count: some servers make up a new id for every chunk. */
function decodeHead(state: DecoderState, event: JsonObject): MessageDelta | undefined {
  const id = state.id === undefined ? textField(event, 'id') : undefined;
  const model = state.model === undefined ? textField(event, 'model') : undefined;
  if (id === undefined && model === undefined) return undefined;
  const delta: MessageDelta = { type: 'message' };
  if (id !== undefined) delta.id = state.id = id;
  if (model !== undefined) delta.model = state.model = model;
  return delta;
}

function decodeContent(state: DecoderState, content: JsonObject): Delta[] {
  const deltas: Delta[] = [];
  // Some servers send the same reasoning under both names; one of them is enough.
  const reasoning = textField(content, 'reasoning_content') ?? textField(content, 'reasoning');
  if (reasoning !== undefined) deltas.push(growBlock(state, 'thinking', reasoning));
  deltas.push(...decodeText(state, content['content']));
  const refusal = textField(content, 'refusal');
  if (refusal !== undefined) {
    state.refused = true;
    deltas.push(growBlock(state, 'text', refusal));
  }
  const pieces = objectsField(content, 'tool_calls');
  // The form before tool calls (2023): one call, no id.
  const legacy = objectField(content, 'function_call');
  if (legacy) pieces.push({ index: 0, function: legacy });
  if (pieces.length > 0) {
    state.openBlock = 'tool_use';
    deltas.push(...state.toolCalls.decode(pieces, state.id ?? ''));
  }
  return deltas;
}

/** Content is text, or a list of parts (Mistral's reasoning models: `thinking` parts among `text` parts). */
function decodeText(state: DecoderState, content: Json | undefined): Delta[] {
  const text = asText(content);
  if (text !== undefined) return [growBlock(state, 'text', text)];
  if (!Array.isArray(content)) return [];
  return content
    .filter(part => isJsonObject(part))
    .flatMap(part => {
      const thinking = objectsField(part, 'thinking')
        .map(piece => textField(piece, 'text') ?? '')
        .join('');
      if (thinking !== '') return [growBlock(state, 'thinking', thinking)];
      const piece = textField(part, 'text');
      return piece === undefined ? [] : [growBlock(state, 'text', piece)];
    });
}

function growBlock(state: DecoderState, block: 'text' | 'thinking', delta: string): Delta {
  if (state.openBlock !== block) {
    state.openBlock = block;
    state.blocks[block] += 1;
  }
  return { type: 'block_delta', block, index: state.blocks[block], delta };
}

function decodeEnd(state: DecoderState, event: JsonObject, choice: JsonObject | undefined): Delta[] {
  const usage = findUsage(event, choice);
  const usageDeltas: Delta[] = usage ? [{ type: 'message', usage }] : [];
  const reason = choice && textField(choice, 'finish_reason');
  if (reason === undefined) return usageDeltas;
  const flushed = state.toolCalls.flush(state.id ?? '');
  const decoded = decodeFinishReason(reason);
  if (decoded === 'error') {
    const message = `The provider broke off the answer (${reason}). Try again.`;
    return [...flushed, ...usageDeltas, { type: 'error', error: { code: 'stream_error', message } }];
  }
  const finish_reason = state.refused && decoded === 'stop' ? 'refusal' : decoded;
  return [...flushed, { type: 'message', finish_reason, ...(usage && { usage }) }];
}
