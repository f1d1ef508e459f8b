import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { BlockDelta, BlockStartDelta, Delta } from '../../contract/deltas.ts';
import type { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { sseFrame } from '../sse.ts';
import type { Wire } from '../wire.ts';
import { encodeCitations } from './citations.ts';
import { createCallWriter } from './encode-call.ts';
import type { CallWriter } from './encode-call.ts';
import { describeError, sayWhenToRetry } from './encode-error.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { readToolKinds } from './native-tool.ts';
import type { ToolKinds } from './native-tool.ts';

type Chunk = Wire<ChatCompletionChunk>;
type Choice = Chunk['choices'][number];

type EncoderState = {
  context: EncoderContext;
  id: string;
  model: string;
  /** What every chunk begins with: made once, because most of a stream is this. */
  head: string;
  began: boolean;
  kinds: ToolKinds;
  calls: Map<number, CallWriter>;
};

export function createEncoder(context: EncoderContext): StreamEncoder {
  const { id, model, request } = context;
  const state: EncoderState = {
    context,
    id,
    model,
    head: '',
    began: false,
    kinds: readToolKinds(request),
    calls: new Map(),
  };
  return {
    encode: delta => encodeDelta(state, delta),
    finish: completion => encodeFinish(state, completion),
    fail: error => encodeFailure(error),
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
  const { calls, kinds, context } = state;
  // The old form has room for one call.
  if (calls.has(start.index) || (kinds.isLegacy && calls.size > 0)) return '';
  // Counted over calls only: our index may count text blocks in, as Anthropic's does.
  const position = calls.size;
  const call = createCallWriter(start.name ?? '', kinds.isLegacy ? undefined : position, kinds);
  calls.set(start.index, call);
  return writeDelta(state, call.start(start.id || `call_${context.id}_${position}`, start.signature));
}

function encodeBlockDelta(state: EncoderState, { block, index, delta, signature }: BlockDelta): string {
  if (block === 'tool_use') return growCall(state.calls.get(index), state, delta, signature);
  if (delta === undefined || delta === '') return '';
  // The name most servers and tools know; OpenAI itself never shows reasoning here.
  const field = block === 'text' ? 'content' : 'reasoning_content';
  return begin(state) + writeChoice(state, `{"${field}":${JSON.stringify(delta)}}`, null);
}

function growCall(
  call: CallWriter | undefined,
  state: EncoderState,
  delta: string | undefined,
  signature: string | undefined,
): string {
  const grown = delta ? call?.grow(delta) : undefined;
  const signed = signature === undefined ? undefined : call?.sign(signature);
  return (grown ? writeDelta(state, grown) : '') + (signed ? writeDelta(state, signed) : '');
}

function encodeFinish(state: EncoderState, completion: Completion): string {
  // Not before the end: a server may begin all its calls before it writes the arguments of the first.
  let frames = '';
  for (const call of state.calls.values()) {
    const rest = call.end();
    if (rest) frames += writeDelta(state, rest);
  }
  const annotations = encodeCitations(completion.citations);
  if (annotations.length > 0) frames += writeDelta(state, { annotations });
  frames += begin(state);
  frames += writeChoice(state, '{}', endOf(state, completion));
  const usage = state.context.wants_usage ? encodeUsage(completion.usage) : undefined;
  if (usage) frames += `${state.head}[],"usage":${JSON.stringify(usage)}}\n\n`;
  return `${frames}data: [DONE]\n\n`;
}

function endOf(state: EncoderState, completion: Completion): Choice['finish_reason'] {
  const reason = encodeFinishReason(finishReasonOf(completion));
  return reason === 'tool_calls' && state.kinds.isLegacy ? 'function_call' : reason;
}

function encodeFailure(error: AppError): string {
  const { message, type, param, code } = describeError(error);
  return sseFrame(JSON.stringify({ error: { message: sayWhenToRetry(message, error), type, param, code } }));
}

function writeDelta(state: EncoderState, delta: JsonObject): string {
  return begin(state) + writeChoice(state, JSON.stringify(delta), null);
}

/** The first chunk says who speaks. It waits for the first content, so that an error before that keeps its status. */
function begin(state: EncoderState): string {
  if (state.began) return '';
  state.began = true;
  state.head = `data: ${JSON.stringify(chunkHead(state)).slice(0, -1)},"choices":`;
  const first = { role: 'assistant', content: '', refusal: null } satisfies Choice['delta'];
  return writeChoice(state, JSON.stringify(first), null);
}

function chunkHead({ id, model, context }: EncoderState): Omit<Chunk, 'choices'> {
  return {
    id,
    object: 'chat.completion.chunk',
    created: context.created,
    model,
    service_tier: 'default',
  };
}

/** By hand, because most of a stream is this; `delta` is JSON. */
function writeChoice(state: EncoderState, delta: string, reason: Choice['finish_reason']): string {
  const end = reason === null ? 'null' : `"${reason}"`;
  // OpenAI announces the usage to come by a null in every chunk before it.
  const usage = state.context.wants_usage ? ',"usage":null' : '';
  return `${state.head}[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${end}}]${usage}}\n\n`;
}
