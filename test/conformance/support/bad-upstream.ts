import type { ServerResponse } from 'node:http';

import type { DialectName } from '../../../electron/contract/models.ts';
import type { SeenRequest } from '../../support/scripted-upstream.ts';
import { dialectOf, wantsStream } from './upstream-front.ts';
import type { Script } from './wire.ts';
import { wires } from './wires.ts';

type Asked = { dialect: DialectName; stream: boolean; seen: SeenRequest; response: ServerResponse };

const script: Script = {
  thinking: 'Hm.',
  signature: 'RXFRQg==',
  text: ['Hello', ' there.'],
  calls: [{ id: 'call_1', name: 'look', input: { at: 'it' } }],
};

/** An upstream that answers well more often than not, and otherwise does all that upstreams do. */
export function answerSomehow(turn: number, seen: SeenRequest, response: ServerResponse): void {
  const dialect = dialectOf(seen.path);
  if (!dialect) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    return;
  }
  const way = ways[turn % ways.length] ?? answerWell;
  way({ dialect, stream: asksForStream(seen), seen, response });
}

function asksForStream(seen: SeenRequest): boolean {
  try {
    return wantsStream(seen);
  } catch {
    return false;
  }
}

function answerWell({ dialect, stream, response }: Asked): void {
  const wire = wires[dialect];
  response.writeHead(200, { 'content-type': stream ? wire.contentType : 'application/json' });
  response.end(stream ? wire.frames(script).join('') : JSON.stringify(wire.whole(script)));
}

function answerLimited({ dialect, response }: Asked): void {
  const { body, headers } = wires[dialect].limited;
  response.writeHead(429, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** As a proxy before the vendor does. */
function answerInHtml({ response }: Asked): void {
  response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>');
}

/** Some quote the key they refuse, in the body and in headers. */
function quoteKey({ seen, response }: Asked): void {
  const { authorization, 'x-api-key': apiKey, 'x-goog-api-key': googKey } = seen.headers;
  const key = String(authorization ?? apiKey ?? googKey);
  const message = `Incorrect API key provided: ${key}.`;
  response.writeHead(401, {
    'content-type': 'application/json',
    'x-you-sent': key,
    'set-cookie': `k=${key}`,
  });
  response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', code: 401 }, message }));
}

function quoteKeyInText({ seen, response }: Asked): void {
  response.writeHead(403, { 'content-type': 'text/plain' }).end(JSON.stringify(seen.headers));
}

/** Half an answer, then the connection is gone. */
function breakOff({ dialect, stream, response }: Asked): void {
  const wire = wires[dialect];
  const whole = stream ? wire.frames(script).join('') : JSON.stringify(wire.whole(script));
  response.writeHead(200, { 'content-type': stream ? wire.contentType : 'application/json' });
  response.write(whole.slice(0, whole.length / 2), () => response.destroy());
}

function failInside({ dialect, stream, response }: Asked): void {
  const wire = wires[dialect];
  if (!stream) {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[{"message":');
    return;
  }
  response.writeHead(200, { 'content-type': wire.contentType });
  response.end(wire.frames(script).slice(0, 2).join('') + wire.errorFrame);
}

function talkNonsense({ stream, dialect, response }: Asked): void {
  response.writeHead(200, { 'content-type': stream ? wires[dialect].contentType : 'application/json' });
  response.end(
    Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0x00, 0x7b, 0x0a, 0x0a, 0x5b, 0x5d, 0x0a]),
  );
}

function hangUp({ response }: Asked): void {
  response.destroy();
}

const ways = [
  answerWell,
  answerWell,
  answerLimited,
  answerWell,
  answerInHtml,
  answerWell,
  quoteKey,
  answerWell,
  breakOff,
  answerWell,
  failInside,
  answerWell,
  quoteKeyInText,
  answerWell,
  talkNonsense,
  answerWell,
  hangUp,
];
