import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { Delta } from '../../contract/deltas.ts';
import type { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import type { EncoderContext, StreamEncoder } from '../dialect.ts';
import { encodeFailure } from './encode-failure.ts';
import { encodeUsage } from './encode-usage.ts';
import { createEventWriter } from './event-writer.ts';
import type { EventWriter } from './event-writer.ts';
import { endOf } from './finish-reason.ts';
import { createItemWriter } from './item-writer.ts';
import type { ItemWriter } from './item-writer.ts';
import { readToolBook } from './native-tool.ts';
import { echoRequest, responseObject } from './response-object.ts';
import type { RequestEcho, ResponseHead, ResponseState } from './response-object.ts';

type EncoderState = {
  head: ResponseHead;
  echo: RequestEcho | undefined;
  context: EncoderContext;
  usage: Usage;
  began: boolean;
  events: EventWriter;
  items: ItemWriter;
};

export function createEncoder(context: EncoderContext): StreamEncoder {
  const { id, model, created, request, sent } = context;
  const head = { id, model, created };
  const events = createEventWriter(sent);
  const items = createItemWriter(events, { answerId: () => head.id, tools: readToolBook(request) });
  const state: EncoderState = { head, echo: undefined, context, usage: {}, began: false, events, items };
  return {
    encode: delta => encodeDelta(state, delta),
    finish: completion => encodeFinish(state, completion),
    fail: error => encodeFail(state, error),
  };
}

function encodeDelta(state: EncoderState, delta: Delta): string {
  switch (delta.type) {
    case 'message':
      // Once the start is out, id and model stay: clients refuse an answer that changes its name.
      if (!state.began) {
        state.head.id = delta.id ?? state.head.id;
        state.head.model = delta.model ?? state.head.model;
      }
      Object.assign(state.usage, delta.usage);
      return '';
    case 'block_start':
      return begin(state, state.items.start(delta));
    case 'block_delta':
      return begin(state, state.items.grow(delta));
    case 'error':
      return '';
  }
}

function encodeFinish(state: EncoderState, completion: Completion): string {
  const { status, incomplete_reason } = endOf(finishReasonOf(completion));
  const usage = encodeUsage({ ...state.usage, ...completion.usage });
  const items = state.items.end(status, completion.citations);
  const response = answer(state, {
    status,
    output: state.items.output(),
    usage,
    ...(incomplete_reason !== undefined && { incomplete_reason }),
  });
  const event = status === 'completed' ? 'response.completed' : 'response.incomplete';
  return begin(state, items + state.events.writeEnd(event, response));
}

/** What had arrived stays in the answer: items that did not end are told as such. */
function encodeFail(state: EncoderState, error: AppError): string {
  const items = state.items.end('incomplete');
  const response = answer(state, {
    status: 'failed',
    output: state.items.output(),
    usage: encodeUsage(state.usage),
    error: encodeFailure(error),
  });
  return items + state.events.writeEnd('response.failed', response);
}

function answer(state: EncoderState, now: ResponseState): JsonObject {
  state.echo ??= echoRequest(state.context.request);
  return responseObject(state.head, state.echo, now);
}

/** Puts the start before the first frames. It waits for them, so that an error before that keeps its status. */
function begin(state: EncoderState, frames: string): string {
  if (state.began || frames === '') return frames;
  state.began = true;
  const response = answer(state, { status: 'in_progress', output: [], usage: null });
  return state.events.writeStart(response) + frames;
}
