import type { BetaContentBlock } from '@anthropic-ai/sdk/resources/beta/messages';
import type { RawContentBlockDelta, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';

import type { Citation } from '../../contract/citations.ts';
import type { Delta, MessageDelta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { EventDecoder } from '../dialect.ts';
import { numberField, objectField, objectsField, textField } from '../json-fields.ts';
import { citationDeltas, readCitation } from '../read-citations.ts';
import { createNameDecoder } from '../tool-name.ts';
import { mergeUsage, toUsage } from './decode-usage.ts';
import type { UsageCounts } from './decode-usage.ts';
import { errorDelta, findErrorFrame } from './error-frame.ts';
import { decodeStopReason } from './stop-reason.ts';

type DecoderState = {
  id: string;
  usage: UsageCounts;
  /** Calls by the index of their block, with arguments that stood in the start and wait for its stop. */
  calls: Map<number, { heldInput: string }>;
  request: ChatRequest | undefined;
  toolName: (name: string) => string;
};

type Decode = (state: DecoderState, event: JsonObject) => Delta[];

/** Our indexes are Anthropic's own: blocks of every kind counted together. */
export function createDecoder(request?: ChatRequest): EventDecoder {
  const state = createState(request);
  return { decodeEvent: event => decodeEvent(state, event) };
}

/** A whole answer says in one object what the events of a stream say in pieces. */
export function decodeResponse(body: JsonObject, request?: ChatRequest): Delta[] {
  const state = createState(request);
  const error = findErrorFrame(body);
  if (error) return [errorDelta(error)];
  const deltas = decodeHead(state, body);
  const content = objectsField(body, 'content');
  for (const [index, content_block] of content.entries()) {
    deltas.push(...startBlock(state, index, content_block));
    if (index === content.length - 1 && isAtLimit(body)) reopenCall(state, index);
    deltas.push(...stopBlock(state, index));
  }
  deltas.push(...decodeEnd(state, body, objectField(body, 'usage')));
  return deltas;
}

/** Whether nothing but its content and its usage is left to be known of a whole answer. */
export function isFinished(body: JsonObject): boolean {
  const reason = textField(body, 'stop_reason');
  return reason !== undefined && decodeStopReason(reason) !== 'error' && !findErrorFrame(body);
}

function createState(request: ChatRequest | undefined): DecoderState {
  return { id: '', usage: {}, calls: new Map(), request, toolName: createNameDecoder(request) };
}

const eventDecoders = {
  message_start: (state, event) => decodeStart(state, objectField(event, 'message') ?? {}),
  content_block_start: (state, event) =>
    startBlock(state, indexOf(event), objectField(event, 'content_block') ?? {}),
  content_block_delta: (state, event) => growBlock(state, indexOf(event), objectField(event, 'delta') ?? {}),
  content_block_stop: (state, event) => stopBlock(state, indexOf(event)),
  message_delta: (state, event) =>
    decodeEnd(state, objectField(event, 'delta') ?? {}, objectField(event, 'usage')),
  message_stop: () => [],
  ping: () => [],
  // A server that does not stream answers a request for a stream with the whole in one event.
  message: ({ request }, event) => decodeResponse(event, request),
  error: (_state, event) => decodeError(event),
} satisfies Record<RawMessageStreamEvent['type'] | 'ping' | 'message' | 'error', Decode>;

const decoders: ReadonlyMap<unknown, Decode> = new Map(Object.entries(eventDecoders));

/** Anthropic adds events and asks that unknown ones be passed over. */
function decodeEvent(state: DecoderState, event: JsonObject): Delta[] {
  const decode = decoders.get(event['type']);
  if (decode) return decode(state, event);
  return event['type'] === undefined || 'error' in event ? decodeError(event) : [];
}

function decodeError(event: JsonObject): Delta[] {
  const error = findErrorFrame(event);
  return error ? [errorDelta(error)] : [];
}

function indexOf(event: JsonObject): number {
  return numberField(event, 'index') ?? 0;
}

function decodeStart(state: DecoderState, message: JsonObject): Delta[] {
  const deltas = decodeHead(state, message);
  mergeUsage(state.usage, objectField(message, 'usage') ?? {});
  const usage = toUsage(state.usage);
  // What is written so far is no count of the answer: it would stand as one if the stream broke off.
  delete usage?.output_tokens;
  if (usage && Object.keys(usage).length > 0) deltas.push({ type: 'message', usage });
  return deltas;
}

function decodeHead(state: DecoderState, message: JsonObject): Delta[] {
  const id = textField(message, 'id');
  const model = textField(message, 'model');
  if (id === undefined && model === undefined) return [];
  state.id = id ?? '';
  const delta: MessageDelta = { type: 'message' };
  if (id !== undefined) delta.id = id;
  if (model !== undefined) delta.model = model;
  return [delta];
}

function startBlock(state: DecoderState, index: number, block: JsonObject): Delta[] {
  const type = block['type'] as BetaContentBlock['type']; // or one that is newer, which no case takes
  switch (type) {
    case 'text':
      return [
        ...growBlock(state, index, { type: 'text_delta', text: block['text'] ?? '' }),
        ...citationDeltas(objectsField(block, 'citations').map(decodeCitation)),
      ];
    case 'thinking':
      return [
        ...growBlock(state, index, { type: 'thinking_delta', thinking: block['thinking'] ?? '' }),
        ...growBlock(state, index, { type: 'signature_delta', signature: block['signature'] ?? '' }),
      ];
    case 'redacted_thinking': {
      const redacted_data = textField(block, 'data');
      return redacted_data === undefined
        ? []
        : [{ type: 'block_start', block: 'thinking', index, redacted_data }];
    }
    case 'tool_use':
      return startCall(state, index, block);
    default:
      // What Anthropic's own tools did on its servers; asked for only where the bytes pass as they are.
      return [];
  }
}

function startCall(state: DecoderState, index: number, block: JsonObject): Delta[] {
  const input = objectField(block, 'input') ?? {};
  // Anthropic starts with {} and sends the arguments after it; some compatible servers put them all in here.
  state.calls.set(index, { heldInput: Object.keys(input).length === 0 ? '' : JSON.stringify(input) });
  // Without any id a later tool result could not name its call. The answer's id keeps it unique over turns.
  const id =
    textField(block, 'id') ?? `toolu_${state.id.replaceAll(/[^A-Za-z0-9]/g, '').slice(-24)}_${index}`;
  // Not Anthropic's: a signature other vendors demand back came here through Parley, see encode-events.ts.
  const signature = textField(block, 'signature');
  const name = state.toolName(textField(block, 'name') ?? '');
  return [
    {
      type: 'block_start',
      block: 'tool_use',
      index,
      id,
      name,
      ...(signature !== undefined && { signature }),
    },
  ];
}

function growBlock(state: DecoderState, index: number, delta: JsonObject): Delta[] {
  const type = delta['type'] as RawContentBlockDelta['type']; // or one that is newer, which no case takes
  switch (type) {
    case 'text_delta': {
      const text = textField(delta, 'text');
      return text === undefined ? [] : [{ type: 'block_delta', block: 'text', index, delta: text }];
    }
    case 'thinking_delta': {
      const text = textField(delta, 'thinking');
      return text === undefined ? [] : [{ type: 'block_delta', block: 'thinking', index, delta: text }];
    }
    case 'signature_delta': {
      const signature = textField(delta, 'signature');
      return signature === undefined ? [] : [{ type: 'block_delta', block: 'thinking', index, signature }];
    }
    case 'input_json_delta': {
      const text = textField(delta, 'partial_json');
      const call = state.calls.get(index);
      if (text === undefined || !call) return [];
      call.heldInput = '';
      return [{ type: 'block_delta', block: 'tool_use', index, delta: text }];
    }
    case 'citations_delta':
      return citationDeltas([decodeCitation(objectField(delta, 'citation'))]);
    default:
      return [];
  }
}

/** A page of the web, or what a tool of one's own found; places in a document that was sent along have no address. */
function decodeCitation(citation: JsonObject | undefined): Citation | undefined {
  return readCitation(citation) ?? readCitation(citation, 'source');
}

function isAtLimit(body: JsonObject): boolean {
  const reason = textField(body, 'stop_reason');
  return reason !== undefined && decodeStopReason(reason) === 'length';
}

/** Of a call that the limit cut off Anthropic tells what could be read as an object; it must not pass for the whole. */
function reopenCall(state: DecoderState, index: number): void {
  const call = state.calls.get(index);
  if (call) call.heldInput = call.heldInput.slice(0, -1);
}

function stopBlock(state: DecoderState, index: number): Delta[] {
  const call = state.calls.get(index);
  if (!call || call.heldInput === '') return [];
  const text = call.heldInput;
  call.heldInput = '';
  return [{ type: 'block_delta', block: 'tool_use', index, delta: text }];
}

function decodeEnd(state: DecoderState, end: JsonObject, rawUsage: JsonObject | undefined): Delta[] {
  const reason = textField(end, 'stop_reason');
  if (rawUsage) mergeUsage(state.usage, rawUsage);
  const usage = rawUsage && toUsage(state.usage);
  const finish_reason = reason === undefined ? undefined : decodeStopReason(reason);
  if (finish_reason === 'error') {
    const message = `The provider broke off the answer (${reason}). Try again.`;
    return [
      ...(usage ? [{ type: 'message' as const, usage }] : []),
      { type: 'error', error: { code: 'stream_error', message } },
    ];
  }
  if (finish_reason === undefined && !usage) return [];
  return [{ type: 'message', ...(finish_reason && { finish_reason }), ...(usage && { usage }) }];
}
