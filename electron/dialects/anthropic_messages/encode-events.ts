import type { Completion } from '../../contract/completion.ts';
import { finishReasonOf } from '../../contract/completion.ts';
import type { BlockDelta, BlockStartDelta, Delta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { sseFrame } from '../sse.ts';
import { createBlockWriter } from './block-writer.ts';
import type { BlockWriter } from './block-writer.ts';
import { encodeError } from './encode-error.ts';
import { encodeUsage } from './encode-usage.ts';
import { messageId } from './message-id.ts';
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
      if (start.redacted_data === undefined) {
        return growBlock(state, { type: 'block_delta', block, index, ...pick(start.signature) });
      }
      return state.blocks.add(`redacted:${index}`, { type: 'redacted_thinking', data: start.redacted_data });
    }
    case 'tool_use': {
      const id = start.id || `toolu_${state.context.id}_${index}`;
      // Anthropic has no signature here. Gemini demands one back, and clients keep the fields of a block.
      const content = { type: 'tool_use', id, name: start.name ?? '', input: {}, ...pick(start.signature) };
      return state.blocks.add(`tool_use:${index}`, content);
    }
  }
}

function pick(signature: string | undefined): { signature?: string } {
  return signature === undefined ? {} : { signature };
}

function growBlock({ blocks }: EncoderState, { block, index, delta, signature }: BlockDelta): string {
  const key = `${block}:${index}`;
  switch (block) {
    case 'text':
      return delta ? blocks.grow(key, 'text', delta) : '';
    case 'thinking': {
      const text = delta ? blocks.grow(key, 'thinking', delta) : '';
      return text + (signature === undefined ? '' : blocks.grow(key, 'signature', signature));
    }
    case 'tool_use':
      return delta ? blocks.grow(key, 'partial_json', delta) : '';
  }
}

function encodeFinish(state: EncoderState, completion: Completion): string {
  const blocks = state.blocks.end();
  const usage = encodeUsage({ ...state.usage, ...completion.usage });
  const end: JsonObject = {
    type: 'message_delta',
    delta: { stop_reason: encodeStopReason(finishReasonOf(completion)), stop_sequence: null },
    usage,
  };
  const frames = `${blocks}${sseFrame(JSON.stringify(end), 'message_delta')}`;
  return begin(state, `${frames}${sseFrame('{"type":"message_stop"}', 'message_stop')}`);
}

/** Puts `message_start` before the first frames. It waits for them, so that an error before that keeps its status. */
function begin(state: EncoderState, frames: string): string {
  if (state.began || frames === '') return frames;
  state.began = true;
  const message: JsonObject = {
    id: messageId(state.id),
    type: 'message',
    role: 'assistant',
    model: state.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: encodeUsage(state.usage),
  };
  return sseFrame(JSON.stringify({ type: 'message_start', message }), 'message_start') + frames;
}
