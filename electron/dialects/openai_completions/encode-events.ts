import type { Completion } from '../../contract/completion.ts';
import { finishReasonOf } from '../../contract/completion.ts';
import type { BlockDelta, BlockStartDelta, Delta } from '../../contract/deltas.ts';
import type { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { sseFrame } from '../sse.ts';
import { encodeError } from './encode-error.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';

/** Position among the answer's calls, and whether arguments were written yet. */
type WrittenCall = { position: number; hasArguments: boolean };

type EncoderState = {
  context: EncoderContext;
  id: string;
  model: string;
  /** `{"id":…,"model":…,` of every chunk: written once, because most of a stream is this. */
  head: string;
  began: boolean;
  calls: Map<number, WrittenCall>;
};

export function createEncoder(context: EncoderContext): StreamEncoder {
  const { id, model } = context;
  const state: EncoderState = { context, id, model, head: '', began: false, calls: new Map() };
  return {
    encode: delta => encodeDelta(state, delta),
    finish: completion => encodeFinish(state, completion),
    fail: (error: AppError) => sseFrame(JSON.stringify(encodeError(error).body)),
  };
}

function encodeDelta(state: EncoderState, delta: Delta): string {
  switch (delta.type) {
    case 'message':
      // Once a chunk is out, id and model stay: tools tell answers apart by them.
      if (!state.began) {
        state.id = delta.id ?? state.id;
        state.model = delta.model ?? state.model;
      }
      return '';
    case 'block_start':
      return delta.block === 'tool_use' ? startCall(state, delta) : '';
    case 'block_delta':
      return encodeBlockDelta(state, delta);
    case 'error':
      return '';
  }
}

function startCall(state: EncoderState, start: BlockStartDelta): string {
  if (state.calls.has(start.index)) return '';
  // Counted over calls only: our index may count text blocks in, as Anthropic's does.
  const position = state.calls.size;
  state.calls.set(start.index, { position, hasArguments: false });
  const id = start.id || `call_${state.context.id}_${position}`;
  const target = { name: start.name ?? '', arguments: '' };
  return writeDelta(state, { tool_calls: [{ index: position, id, type: 'function', function: target }] });
}

function encodeBlockDelta(state: EncoderState, { block, index, delta }: BlockDelta): string {
  if (delta === undefined || delta === '') return '';
  switch (block) {
    case 'text':
      return writeDelta(state, { content: delta });
    case 'thinking':
      // The name most servers and tools know; OpenAI itself never shows reasoning here.
      return writeDelta(state, { reasoning_content: delta });
    case 'tool_use': {
      const call = state.calls.get(index);
      if (!call) return '';
      call.hasArguments = true;
      return writeArguments(state, call, delta);
    }
  }
}

function writeArguments(state: EncoderState, call: WrittenCall, text: string): string {
  return writeDelta(state, { tool_calls: [{ index: call.position, function: { arguments: text } }] });
}

function encodeFinish(state: EncoderState, completion: Completion): string {
  // Not before the end: a server may begin all its calls before it writes the arguments of the first.
  const empty = [...state.calls.values()].filter(call => !call.hasArguments);
  let frames = empty.map(call => writeArguments(state, call, '{}')).join('');
  frames += begin(state);
  frames += writeChoice(state, {}, encodeFinishReason(finishReasonOf(completion)));
  const usage = state.context.wants_usage ? encodeUsage(completion.usage) : undefined;
  if (usage) frames += `data: ${state.head}"choices":[],"usage":${JSON.stringify(usage)}}\n\n`;
  return `${frames}data: [DONE]\n\n`;
}

function writeDelta(state: EncoderState, delta: JsonObject): string {
  return begin(state) + writeChoice(state, delta, null);
}

/** The first chunk says who speaks. It waits for the first content, so that an error before that keeps its status. */
function begin(state: EncoderState): string {
  if (state.began) return '';
  state.began = true;
  const { id, model } = state;
  const head = { id, object: 'chat.completion.chunk', created: state.context.created, model };
  state.head = `${JSON.stringify(head).slice(0, -1)},`;
  return writeChoice(state, { role: 'assistant', content: '' }, null);
}

function writeChoice(state: EncoderState, delta: JsonObject, finishReason: Json): string {
  const choice = JSON.stringify({ index: 0, delta, logprobs: null, finish_reason: finishReason });
  // OpenAI announces the usage to come by a null in every chunk before it.
  const usage = state.context.wants_usage ? ',"usage":null' : '';
  return `data: ${state.head}"choices":[${choice}]${usage}}\n\n`;
}
