import type { ResponseStreamEvent } from 'openai/resources/responses/responses';

import type { Delta, FinishReason, MessageDelta } from '../../contract/deltas.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { EventDecoder } from '../dialect.ts';
import { numberField, objectField, objectsField, textField } from '../json-fields.ts';
// OpenAI's errors have one shape in all its formats.
import { errorDelta, findErrorFrame } from '../error-frame.ts';
import { citationDeltas, readCitation } from '../read-citations.ts';
import { createNameDecoder } from '../tool-name.ts';
import { decodeUsage } from './decode-usage.ts';
import {
  createItemDecoder,
  endArguments,
  endItem,
  endText,
  growArguments,
  growInput,
  growReasoning,
  growText,
  startItem,
} from './item-decoder.ts';
import type { ItemDecoder } from './item-decoder.ts';

/** OpenAI's events, and what others call theirs. */
type EventType =
  | ResponseStreamEvent['type']
  | 'response.reasoning.delta'
  | 'response.done'
  | 'response.cancelled'
  | undefined;

type DecoderState = {
  id: string | undefined;
  model: string | undefined;
  items: ItemDecoder;
  refused: boolean;
};

export function createDecoder(request?: ChatRequest): EventDecoder {
  const state = createState(request);
  return { decodeEvent: event => decodeEvent(state, event) };
}

/** A whole answer is what the last event of a stream holds. */
export function decodeResponse(body: JsonObject, request?: ChatRequest): Delta[] {
  return decodeWhole(createState(request), body);
}

/** Whether nothing but its content and its usage is left to be known of a whole answer. */
export function isFinished({ status }: JsonObject): boolean {
  return status === 'completed';
}

function createState(request: ChatRequest | undefined): DecoderState {
  return {
    id: undefined,
    model: undefined,
    items: createItemDecoder(createNameDecoder(request)),
    refused: false,
  };
}

function decodeEvent(state: DecoderState, event: JsonObject): Delta[] {
  const { items } = state;
  const key = itemKey(event);
  const part = numberField(event, 'content_index') ?? 0;
  const delta = textField(event, 'delta');
  // Any other word takes the default, so that the type only checks how ours are spelt.
  switch (event['type'] as EventType) {
    case 'response.created':
    case 'response.queued':
    case 'response.in_progress':
      return decodeHead(state, objectField(event, 'response') ?? {});
    case 'response.output_item.added':
      return startItem(items, key, objectField(event, 'item') ?? {});
    case 'response.output_text.delta':
      return delta === undefined ? [] : growText(items, key, part, delta);
    case 'response.output_text.done':
      return endPart(state, key, part, textField(event, 'text'));
    case 'response.output_text.annotation.added':
      return citationDeltas([readCitation(objectField(event, 'annotation'))]);
    case 'response.refusal.delta':
      state.refused = true;
      return delta === undefined ? [] : growText(items, key, part, delta);
    case 'response.refusal.done':
      state.refused = true;
      return endPart(state, key, part, textField(event, 'refusal'));
    case 'response.reasoning_summary_text.delta': {
      const at = { place: 'summary', part: numberField(event, 'summary_index') ?? 0 } as const;
      return delta === undefined ? [] : growReasoning(items, key, at, delta);
    }
    case 'response.reasoning_text.delta':
    case 'response.reasoning.delta': // vLLM's first name for it
      return delta === undefined ? [] : growReasoning(items, key, { place: 'content', part }, delta);
    case 'response.function_call_arguments.delta':
      return delta === undefined ? [] : growArguments(items, key, delta);
    case 'response.function_call_arguments.done':
      return endArguments(items, key, textField(event, 'arguments') ?? '');
    case 'response.custom_tool_call_input.delta':
      return delta === undefined ? [] : growInput(items, key, delta);
    case 'response.output_item.done':
      return endOutput(state, key, objectField(event, 'item') ?? {});
    case 'response.completed':
    case 'response.done': // OpenRouter's
      return decodeEnd(state, event, 'completed');
    case 'response.incomplete':
      return decodeEnd(state, event, 'incomplete');
    case 'response.failed':
      return decodeEnd(state, event, 'failed');
    case 'response.cancelled':
      return decodeEnd(state, event, 'cancelled');
    case 'error':
    case undefined:
      return decodeOther(state, event);
    default:
      // Parts and items announced and ended, keep-alives, what tools on the vendor's side did.
      return isJsonObject(event['error']) ? decodeOther(state, event) : [];
  }
}

/** By place, not by id: some servers give an item another id in every event. */
function itemKey(event: JsonObject): string {
  const position = numberField(event, 'output_index');
  if (position !== undefined) return String(position);
  const item = objectField(event, 'item') ?? {};
  return textField(event, 'item_id') ?? textField(item, 'id') ?? '0';
}

function endPart(state: DecoderState, key: string, part: number, text: string | undefined): Delta[] {
  return text === undefined ? [] : endText(state.items, key, part, text);
}

function endOutput(state: DecoderState, key: string, item: JsonObject): Delta[] {
  if (objectsField(item, 'content').some(part => part['type'] === 'refusal')) state.refused = true;
  const annotations = objectsField(item, 'content').flatMap(part => objectsField(part, 'annotations'));
  // A server that does not stream tells its sources only here.
  const cited = citationDeltas(annotations.map(annotation => readCitation(annotation)));
  return [...endItem(state.items, key, item), ...cited];
}

/** Errors, and servers that answer a request for a stream with the whole in one event. */
function decodeOther(state: DecoderState, event: JsonObject): Delta[] {
  if (event['object'] === 'response' || Array.isArray(event['output'])) return decodeWhole(state, event);
  const error = findErrorFrame(event);
  if (error) return [errorDelta(error)];
  return event['type'] === 'error' ? [errorDelta({ message: 'no reason given' })] : [];
}

/** The event's name tells what the answer inside may leave out. */
function decodeEnd(state: DecoderState, event: JsonObject, status: string): Delta[] {
  const response = objectField(event, 'response') ?? {};
  return decodeWhole(state, { status, ...response });
}

function decodeHead(state: DecoderState, response: JsonObject): Delta[] {
  const id = state.id === undefined ? textField(response, 'id') : undefined;
  const model = state.model === undefined ? textField(response, 'model') : undefined;
  if (id === undefined && model === undefined) return [];
  const delta: MessageDelta = { type: 'message' };
  if (id !== undefined) delta.id = state.id = state.items.answerId = id;
  if (model !== undefined) delta.model = state.model = model;
  return [delta];
}

function decodeWhole(state: DecoderState, response: JsonObject): Delta[] {
  const deltas = decodeHead(state, response);
  const error = findErrorFrame(response);
  if (error && !('output' in response) && !('status' in response)) return [errorDelta(error)];
  // What came in pieces is not read again: its places may be counted otherwise here.
  if (state.items.items.size === 0) {
    for (const [index, item] of objectsField(response, 'output').entries()) {
      deltas.push(...endOutput(state, String(index), item));
    }
  }
  const rawUsage = objectField(response, 'usage');
  const usage = rawUsage && decodeUsage(rawUsage);
  const finish_reason = findFinishReason(state, response);
  if (usage || finish_reason) {
    deltas.push({ type: 'message', ...(finish_reason && { finish_reason }), ...(usage && { usage }) });
  }
  if (isFailed(response)) deltas.push(errorDelta(error ?? { message: describeFailure(response) }));
  return deltas;
}

function isFailed({ status, error }: JsonObject): boolean {
  return status === 'failed' || status === 'cancelled' || (isJsonObject(error) && status !== 'completed');
}

function describeFailure({ status }: JsonObject): string {
  return status === 'cancelled' ? 'the answer was cancelled' : 'no reason given';
}

/** Undefined where the answer is not over, or failed. */
function findFinishReason(state: DecoderState, response: JsonObject): FinishReason | undefined {
  if (isFailed(response)) return undefined;
  switch (response['status']) {
    case 'completed':
      if (state.items.next.tool_use > 0) return 'tool_use';
      return state.refused ? 'refusal' : 'stop';
    case 'incomplete': {
      const reason = textField(objectField(response, 'incomplete_details') ?? {}, 'reason');
      return reason === 'content_filter' || state.refused ? 'refusal' : 'length';
    }
    default:
      return undefined;
  }
}
