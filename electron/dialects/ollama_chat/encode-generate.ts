import type { Completion } from '../../contract/completion.ts';
import type { DeltaBlockType } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { ndjsonFrame } from '../ndjson.ts';
import { createdAt, encodeEnd } from './encode-answer.ts';
import { encodeError } from './encode-error.ts';

export function encodeGenerateResponse(completion: Completion, context: EncoderContext): JsonObject {
  const thinking = joinText(completion, 'thinking');
  return {
    model: completion.model ?? context.model,
    created_at: createdAt(context.created),
    response: joinText(completion, 'text'),
    ...(thinking !== '' && { thinking }),
    ...encodeEnd(completion),
  };
}

export function createGenerateEncoder(context: EncoderContext): StreamEncoder {
  let { model } = context;
  const write = (said: JsonObject, end: JsonObject): string =>
    ndjsonFrame({ model, created_at: createdAt(context.created), ...said, ...end });
  return {
    encode(delta) {
      if (delta.type === 'message') model = delta.model ?? model;
      if (delta.type !== 'block_delta' || !delta.delta) return '';
      switch (delta.block) {
        case 'text':
          return write({ response: delta.delta }, { done: false });
        case 'thinking':
          return write({ response: '', thinking: delta.delta }, { done: false });
        case 'tool_use':
          return '';
      }
    },
    finish: completion => write({ response: '' }, encodeEnd(completion)),
    fail: error => ndjsonFrame(encodeError(error).body),
  };
}

/** Ollama's answer to a request without a prompt, with which tools load a model, or unload it by `keep_alive: 0`. */
export function encodeLoaded(context: { model: string; created: number; unloads: boolean }): JsonObject {
  return {
    model: context.model,
    created_at: createdAt(context.created),
    response: '',
    done: true,
    done_reason: context.unloads ? 'unload' : 'load',
  };
}

function joinText(completion: Completion, type: DeltaBlockType): string {
  return completion.blocks.flatMap(block => (block.block === type ? [block.text] : [])).join('');
}
