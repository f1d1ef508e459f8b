import { AppError } from '../contract/errors.ts';
import { isJsonObject, parseJson } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ClientDialect } from './dialect.ts';
import { createNdjsonParser } from './ndjson.ts';
import { createSseParser } from './sse.ts';

/** From the bytes of a streamed answer to the raw events a dialect's decoder takes. */
export type EventReader = {
  /** Throws AppError `stream_error` at an event that is no JSON object, after those before it were handed over. */
  push(chunk: Buffer): void;
  end(): void;
  /** True once the stream said it is over (`data: [DONE]`): some servers keep the connection open after it. */
  isDone(): boolean;
};

export function createEventReader(
  framing: ClientDialect['framing'],
  onEvent: (event: JsonObject) => void,
): EventReader {
  switch (framing) {
    case 'sse':
      return createSseReader(onEvent);
    case 'ndjson':
      return { ...createNdjsonParser(text => onEvent(parseObject(text))), isDone: () => false };
  }
}

function createSseReader(onEvent: (event: JsonObject) => void): EventReader {
  let done = false;
  const parser = createSseParser(({ event, data }) => {
    // What begins an object is neither of these.
    if (!data.startsWith('{')) {
      if (data.trim() === '[DONE]') done = true;
      if (data.trim() === '') return;
    }
    if (done) return;
    onEvent(event === 'error' ? readErrorEvent(data) : parseObject(data));
  });
  return { ...parser, isDone: () => done };
}

/** The data of an `event: error` may be plain text. */
function readErrorEvent(data: string): JsonObject {
  const value = parseJson(data);
  return isJsonObject(value) ? value : { error: data };
}

function parseObject(text: string): JsonObject {
  const value = parseJson(text);
  if (isJsonObject(value)) return value;
  throw new AppError(
    'stream_error',
    'The provider sent something in its stream that is not JSON. Try again, or check its base URL.',
    { body: text.slice(0, 500) },
  );
}
