import { isJsonObject, parseJson } from '../../contract/json.ts';
import type { CallForm, PassthroughScanner, RouteMatch, StreamEncoder } from '../dialect.ts';
import { createSseParser } from '../sse.ts';

/** Without `alt=sse` Google streams the list of events as one JSON document, an element at a time, errors included. */
export function arrayForm(usual: CallForm, query: URLSearchParams, route: RouteMatch): CallForm | undefined {
  const alt = query.get('alt') ?? query.get('$alt');
  if (route.stream !== true || alt === 'sse') return undefined;
  /** Whether elements of an answer that passes are out: who ends it early did not write them. */
  let isPassing = false;
  const createScanner: CallForm['passthrough']['createScanner'] = options => {
    isPassing = false;
    const scanner = usual.passthrough.createScanner(options);
    const noteElement = (): void => {
      isPassing = true;
    };
    return options.stream ? scanEvents(scanner, noteElement) : scanWhole(scanner, noteElement);
  };
  return {
    server: {
      ...usual.server,
      stream_content_type: 'application/json; charset=UTF-8',
      createEncoder: context => encodeArray(usual.server.createEncoder(context), () => isPassing),
      encodeError(error) {
        const encoded = usual.server.encodeError(error);
        return { ...encoded, body: [encoded.body].flat() };
      },
    },
    passthrough: {
      ...usual.passthrough,
      // The upstream is asked for events all the same: whatever becomes of them, the list can be closed.
      readRequest: (body, match) => ({
        ...usual.passthrough.readRequest(body, match),
        edits_answer: true,
        address: { createScanner },
      }),
      createScanner,
    },
  };
}

/** Elements of a list that is written piece by piece. */
const openList = (isOpen: boolean): string => (isOpen ? ',\r\n' : '[');
const closeList = (isOpen: boolean): string => (isOpen ? '\r\n]' : '[]');

function encodeArray(events: StreamEncoder, isPassing: () => boolean): StreamEncoder {
  let isOpen = false;
  const write = (frames: string): string => {
    let text = '';
    // An event is one line of data.
    for (const frame of frames.split('\n\n')) {
      if (frame === '') continue;
      text += openList(isOpen) + frame.slice('data: '.length);
      isOpen = true;
    }
    return text;
  };
  return {
    encode: delta => write(events.encode(delta)),
    finish: completion => write(events.finish(completion)) + closeList(isOpen),
    fail(error) {
      isOpen ||= isPassing();
      return write(events.fail(error)) + closeList(isOpen);
    },
  };
}

/** Makes elements of the events that pass. Where the answer breaks off, the list stays open for the error. */
function scanEvents(scanner: PassthroughScanner, noteElement: () => void): PassthroughScanner {
  let isOpen = false;
  let text = '';
  const parser = createSseParser(({ data }) => {
    // What is no object, or only half of one, would spoil the list.
    if (!isJsonObject(parseJson(data))) return;
    text += openList(isOpen) + data;
    isOpen = true;
    noteElement();
  });
  const take = (): Buffer => {
    const taken = Buffer.from(text);
    text = '';
    return taken;
  };
  return {
    push(chunk) {
      scanner.push(chunk);
      parser.push(chunk);
      return take();
    },
    end() {
      scanner.end();
      parser.end();
      const { finished, error } = scanner.facts();
      if (finished || error !== undefined) text += closeList(isOpen);
      return take();
    },
    facts: () => scanner.facts(),
    isDone: () => scanner.isDone(),
  };
}

/** An upstream that answered with one object instead: the only element. */
function scanWhole(scanner: PassthroughScanner, noteElement: () => void): PassthroughScanner {
  let isOpen = false;
  return {
    push(chunk) {
      const passed = scanner.push(chunk);
      if (isOpen) return passed;
      isOpen = true;
      noteElement();
      return Buffer.concat([Buffer.from(openList(false)), passed]);
    },
    end: () => Buffer.concat([scanner.end(), Buffer.from(closeList(isOpen))]),
    facts: () => scanner.facts(),
    isDone: () => scanner.isDone(),
  };
}
