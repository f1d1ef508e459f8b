import type { Completion } from '../../contract/completion.ts';
import type { BlockDelta, Delta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { ndjsonFrame } from '../ndjson.ts';
import { createdAt, encodeCalls, encodeEnd } from './encode-answer.ts';
import { encodeError } from './encode-error.ts';

type EncoderState = {
  context: EncoderContext;
  model: string;
  /** `{"model":…,"created_at":…,` of every line: written once, because most of a stream is this. */
  head: string;
};

export function createEncoder(context: EncoderContext): StreamEncoder {
  const state: EncoderState = { context, model: context.model, head: '' };
  return {
    encode: delta => encodeDelta(state, delta),
    finish: completion => encodeFinish(state, completion),
    fail: error => ndjsonFrame(encodeError(error).body),
  };
}

function encodeDelta(state: EncoderState, delta: Delta): string {
  switch (delta.type) {
    case 'message':
      state.model = delta.model ?? state.model;
      return '';
    case 'block_delta':
      return encodeBlockDelta(state, delta);
    case 'block_start':
    case 'error':
      return '';
  }
}

/** Calls wait for the end: only then it is certain that each is whole. */
function encodeBlockDelta(state: EncoderState, { block, delta }: BlockDelta): string {
  if (delta === undefined || delta === '') return '';
  switch (block) {
    case 'text':
      return writeText(state, `"content":${JSON.stringify(delta)}`);
    case 'thinking':
      return writeText(state, `"content":"","thinking":${JSON.stringify(delta)}`);
    case 'tool_use':
      return '';
  }
}

function encodeFinish(state: EncoderState, completion: Completion): string {
  const calls = encodeCalls(completion, state.context.id);
  const lines = calls.map(call => writeLine(state, { content: '', tool_calls: [call] }, { done: false }));
  return lines.join('') + writeLine(state, { content: '' }, encodeEnd(completion));
}

function writeLine(state: EncoderState, message: JsonObject, end: JsonObject): string {
  const said = JSON.stringify({ message: { role: 'assistant', ...message }, ...end });
  return `${headOf(state)}${said.slice(1)}\n`;
}

/** The same by hand. */
function writeText(state: EncoderState, fields: string): string {
  return `${headOf(state)}"message":{"role":"assistant",${fields}},"done":false}\n`;
}

function headOf(state: EncoderState): string {
  if (state.head === '') {
    const head = { model: state.model, created_at: createdAt(state.context.created) };
    state.head = `${JSON.stringify(head).slice(0, -1)},`;
  }
  return state.head;
}
