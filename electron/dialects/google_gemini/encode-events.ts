import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { BlockDelta, BlockStartDelta, Delta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { sseFrame } from '../sse.ts';
import { encodeCitations } from './citations.ts';
import { encodeError } from './encode-error.ts';
import { encodeCallParts, encodeTextPart } from './encode-parts.ts';
import type { WireAnswer } from './encode-response.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { encodeUsage } from './usage.ts';

type EncoderState = {
  context: EncoderContext;
  id: string;
  model: string;
  /** `,"modelVersion":…,"responseId":…}` of every event: written once, because most of a stream is this. */
  tail: string;
};

export function createEncoder(context: EncoderContext): StreamEncoder {
  const state: EncoderState = { context, id: context.id, model: context.model, tail: '' };
  return {
    encode: delta => encodeDelta(state, delta),
    finish: completion => encodeFinish(state, completion),
    fail: error => sseFrame(JSON.stringify(encodeError(error).body)),
  };
}

function encodeDelta(state: EncoderState, delta: Delta): string {
  switch (delta.type) {
    case 'message':
      // Once an event is out, id and model stay: tools tell answers apart by them.
      if (state.tail === '') {
        state.id = delta.id ?? state.id;
        state.model = delta.model ?? state.model;
      }
      return '';
    case 'block_start':
    case 'block_delta':
      return encodeBlock(state, delta);
    case 'error':
      return '';
  }
}

/** Calls wait for the end: only then it is certain that each is whole. */
function encodeBlock(state: EncoderState, part: BlockDelta | BlockStartDelta): string {
  const { block, signature } = part;
  const text = part.type === 'block_delta' ? (part.delta ?? '') : '';
  if (block === 'tool_use' || (text === '' && signature === undefined)) return '';
  return writeEvent(state, encodeTextPart(block, text, signature));
}

function encodeFinish(state: EncoderState, completion: Completion): string {
  const calls = encodeCallParts(completion, state.context.id);
  const frames = calls.map(part => writeEvent(state, part));
  const finishReason = encodeFinishReason(finishReasonOf(completion));
  const usageMetadata = encodeUsage(completion.usage);
  const candidate = {
    content: { parts: [{ text: '' }], role: 'model' },
    ...(finishReason !== undefined && { finishReason }),
    index: 0,
    ...encodeCitations(completion.citations),
  };
  const end = {
    candidates: [candidate],
    ...(usageMetadata && { usageMetadata }),
    modelVersion: state.model,
    responseId: state.id,
  } satisfies WireAnswer;
  return `${frames.join('')}data: ${JSON.stringify(end)}\n\n`;
}

/** By hand, because most of a stream is this. */
function writeEvent(state: EncoderState, part: JsonObject): string {
  if (state.tail === '') {
    const tail = { modelVersion: state.model, responseId: state.id } satisfies WireAnswer;
    state.tail = `,${JSON.stringify(tail).slice(1)}`;
  }
  const content = `{"parts":[${JSON.stringify(part)}],"role":"model"}`;
  return `data: {"candidates":[{"content":${content},"index":0}]${state.tail}\n\n`;
}
