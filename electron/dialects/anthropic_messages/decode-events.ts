import type { Delta, MessageDelta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EventDecoder } from '../dialect.ts';
import { numberField, objectField, objectsField, textField } from '../json-fields.ts';
import { mergeUsage, toUsage } from './decode-usage.ts';
import type { UsageCounts } from './decode-usage.ts';
import { errorDelta, findErrorFrame } from './error-frame.ts';
import { decodeStopReason } from './stop-reason.ts';

type DecoderState = {
  id: string;
  usage: UsageCounts;
  /** Calls by the index of their block, with arguments that stood in the start and wait for its stop. */
  calls: Map<number, { heldInput: string }>;
};

/** Our indexes are Anthropic's own: blocks of every kind counted together. */
export function createDecoder(): EventDecoder {
  const state = createState();
  return { decodeEvent: event => decodeEvent(state, event) };
}

/** A whole answer says in one object what the events of a stream say in pieces. */
export function decodeResponse(body: JsonObject): Delta[] {
  const state = createState();
  const error = findErrorFrame(body);
  if (error) return [errorDelta(error)];
  const deltas = decodeHead(state, body);
  for (const [index, content_block] of objectsField(body, 'content').entries()) {
    deltas.push(...startBlock(state, index, content_block), ...stopBlock(state, index));
  }
  deltas.push(...decodeEnd(state, body, objectField(body, 'usage')));
  return deltas;
}

function createState(): DecoderState {
  return { id: '', usage: {}, calls: new Map() };
}

function decodeEvent(state: DecoderState, event: JsonObject): Delta[] {
  const index = numberField(event, 'index') ?? 0;
  switch (event['type']) {
    case 'message_start':
      return decodeStart(state, objectField(event, 'message') ?? {});
    case 'content_block_start':
      return startBlock(state, index, objectField(event, 'content_block') ?? {});
    case 'content_block_delta':
      return growBlock(state, index, objectField(event, 'delta') ?? {});
    case 'content_block_stop':
      return stopBlock(state, index);
    case 'message_delta':
      return decodeEnd(state, objectField(event, 'delta') ?? {}, objectField(event, 'usage'));
    case 'message_stop':
    case 'ping':
      return [];
    case 'message':
      // A server that does not stream answers a request for a stream with the whole in one event.
      return decodeResponse(event);
    case 'error':
    case undefined: {
      const error = findErrorFrame(event);
      return error ? [errorDelta(error)] : [];
    }
    default:
      // Anthropic adds events and asks that unknown ones be passed over.
      return 'error' in event ? decodeEvent(state, { ...event, type: 'error' }) : [];
  }
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
  switch (block['type']) {
    case 'text':
      return growBlock(state, index, { type: 'text_delta', text: block['text'] ?? '' });
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
  const name = textField(block, 'name') ?? '';
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
  switch (delta['type']) {
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
    default:
      // citations_delta among them: our text has no place for sources.
      return [];
  }
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
