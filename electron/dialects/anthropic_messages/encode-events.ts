import type {
  RawMessageDeltaEvent,
  RawMessageStartEvent,
  RawMessageStopEvent,
  RedactedThinkingBlock,
} from '@anthropic-ai/sdk/resources/messages';

import type { Completion } from '../../contract/completion.ts';
import { finishReasonOf } from '../../contract/completion.ts';
import type { BlockDelta, BlockStartDelta, Delta } from '../../contract/deltas.ts';
import type { Usage } from '../../contract/usage.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { sseFrame } from '../sse.ts';
import { createBlockWriter } from './block-writer.ts';
import type { BlockWriter } from './block-writer.ts';
import { encodeError } from './encode-error.ts';
import { encodeHead, encodeStopDetails, encodeToolUse } from './encode-response.ts';
import { encodeFinalUsage, encodeUsage } from './encode-usage.ts';
import { estimateInput } from './estimate-input.ts';
import { encodeStopReason } from './stop-reason.ts';

type EncoderState = {
  context: EncoderContext;
  id: string;
  model: string;
  usage: Usage;
  began: boolean;
  blocks: BlockWriter;
};

export function createEncoder(context: EncoderContext): StreamEncoder {
  const { id, model } = context;
  const state: EncoderState = { context, id, model, usage: {}, began: false, blocks: createBlockWriter() };
  return {
    encode: delta => begin(state, encodeDelta(state, delta)),
    finish: completion => encodeFinish(state, completion),
    fail: error => sseFrame(JSON.stringify(encodeError(error).body), 'error'),
  };
}

function encodeDelta(state: EncoderState, delta: Delta): string {
  switch (delta.type) {
    case 'message':
      // Once the start is out, id and model stay: tools tell answers apart by them.
      if (!state.began) {
        state.id = delta.id ?? state.id;
        state.model = delta.model ?? state.model;
      }
      Object.assign(state.usage, delta.usage);
      return '';
    case 'block_start':
      return startBlock(state, delta);
    case 'block_delta':
      return growBlock(state, delta);
    case 'error':
      return '';
  }
}

function startBlock(state: EncoderState, { block, index, ...start }: BlockStartDelta): string {
  switch (block) {
    case 'text':
      // It begins with its first text: an empty one is refused when the tool sends it back.
      return '';
    case 'thinking': {
      const { redacted_data: data, signature } = start;
      if (data === undefined) {
        return signature === undefined ? '' : state.blocks.grow(`${block}:${index}`, 'signature', signature);
      }
      const redacted = { type: 'redacted_thinking', data } satisfies RedactedThinkingBlock;
      return state.blocks.add(`redacted:${index}`, redacted);
    }
    case 'tool_use': {
      const id = start.id || `toolu_${state.context.id}_${index}`;
      const { signature } = start;
      const signed = signature === undefined ? '' : state.blocks.sign(signature);
      return signed + state.blocks.add(`tool_use:${index}`, encodeToolUse(id, start.name ?? '', start));
    }
  }
}

function growBlock({ blocks }: EncoderState, { block, index, delta, signature }: BlockDelta): string {
  const key = `${block}:${index}`;
  switch (block) {
    case 'text':
      return delta ? blocks.grow(key, 'text', delta) : '';
    case 'thinking': {
      const text = delta ? blocks.grow(key, 'thinking', delta) : '';
      return signature === undefined ? text : text + blocks.grow(key, 'signature', signature);
    }
    case 'tool_use':
      return delta ? blocks.grow(key, 'partial_json', delta) : '';
  }
}

function encodeFinish(state: EncoderState, completion: Completion): string {
  const blocks = state.blocks.end();
  const reason = finishReasonOf(completion);
  const delta = { stop_reason: encodeStopReason(reason), stop_sequence: null, container: null };
  const end = {
    type: 'message_delta',
    delta: { ...delta, stop_details: encodeStopDetails(reason) },
    usage: encodeFinalUsage({ ...state.usage, ...completion.usage }),
  } satisfies WireEvent<RawMessageDeltaEvent, 'delta' | 'usage'>;
  const stop: RawMessageStopEvent = { type: 'message_stop' };
  const frames = sseFrame(JSON.stringify(end), end.type) + sseFrame(JSON.stringify(stop), stop.type);
  return begin(state, blocks + frames);
}

/** An event whose parts were checked where they were made. */
type WireEvent<T, Checked extends keyof T> = Omit<T, Checked> & Record<Checked, object>;

/** Puts `message_start` before the first frames. It waits for them, so that an error before that keeps its status. */
function begin(state: EncoderState, frames: string): string {
  if (state.began || frames === '') return frames;
  state.began = true;
  const { context, usage } = state;
  const estimated =
    usage.input_tokens === undefined && context.request
      ? { ...usage, input_tokens: estimateInput(context.request) }
      : usage;
  const start = {
    type: 'message_start',
    message: { ...encodeHead(state.id, state.model), usage: encodeUsage(estimated) },
  } satisfies WireEvent<RawMessageStartEvent, 'message'>;
  return sseFrame(JSON.stringify(start), start.type) + frames;
}
