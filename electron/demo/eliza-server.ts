import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { JsonObject } from '../contract/json.ts';
import { answer } from './eliza.ts';
import { encodeCompletion, prepareAnswer } from './encode-answer.ts';
import { countWords, elizaModel, parseChatRequest, refuse, type Refusal } from './parse-chat-request.ts';
import { streamAnswer } from './stream-answer.ts';

export type ElizaOptions = {
  /** Loopback unless the caller has a reason. */
  host?: string;
  /** Milliseconds between two words; without it as fast as one reads, and faster for the long story. */
  paceMs?: number;
};

export type ElizaServer = {
  /** Address without a path, as a backend's `url`. */
  url: string;
  /** Ends open streams, without their finish reason, and frees the port. */
  close(): Promise<void>;
};

const MAX_BODY_BYTES = 1024 * 1024;
const ORDINARY_PACE_MS = 60;
const STORY_PACE_MS = 25;
/** Words from which an answer is taken for a story. */
const STORY_WORDS = 100;
/** Reported for the model: January 1966, when the paper appeared. */
const MODEL_CREATED = Date.UTC(1966, 0, 1) / 1000;

type Streams = Map<AbortController, Promise<void>>;

type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  options: ElizaOptions;
  streams: Streams;
};

/** Starts ELIZA as an upstream on a free port. It does not keep the process alive. */
export async function startEliza(options: ElizaOptions = {}): Promise<ElizaServer> {
  const host = options.host ?? '127.0.0.1';
  const streams: Streams = new Map();
  const server = createServer((request, response) => {
    // Errors are answered inside; a client that went away needs no answer.
    serve({ request, response, options, streams }).catch(() => response.destroy());
  });
  server.on('connection', socket => socket.unref());
  const port = await listen(server, host);
  server.unref();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => closeServer(server, streams),
  };
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function closeServer(server: Server, streams: Streams): Promise<void> {
  const closed = new Promise<void>(resolve => {
    // An error here only says that it was closed before.
    server.close(() => resolve());
  });
  for (const controller of streams.keys()) controller.abort();
  await Promise.allSettled(streams.values());
  server.closeAllConnections();
  await closed;
}

async function serve(exchange: Exchange): Promise<void> {
  const { request, response, streams } = exchange;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  switch (path) {
    case '/v1/chat/completions':
      return isMethod('POST', exchange) ? serveChat(exchange) : undefined;
    case '/v1/models':
      if (isMethod('GET', exchange)) sendJson(response, 200, { object: 'list', data: [describeModel()] });
      return;
    case `/v1/models/${elizaModel}`:
      if (isMethod('GET', exchange)) sendJson(response, 200, describeModel());
      return;
    case '/':
    case '/health':
      if (isMethod('GET', exchange)) sendJson(response, 200, { status: 'ok', streams: streams.size });
      return;
    default: {
      const known = 'POST /v1/chat/completions and GET /v1/models';
      sendRefusal(
        response,
        refuse(404, `Nothing answers ${request.method} ${path.slice(0, 200)} here. Use ${known}.`),
      );
    }
  }
}

function isMethod(method: string, { request, response }: Exchange): boolean {
  if (request.method === method) return true;
  response.setHeader('allow', method);
  sendRefusal(response, refuse(405, `This address answers ${method} only, not ${request.method}.`));
  return false;
}

async function serveChat(exchange: Exchange): Promise<void> {
  const { request, response, options, streams } = exchange;
  const text = await readBody(request);
  if (text === undefined) {
    sendRefusal(
      response,
      refuse(413, 'The body is larger than 1 MB. Send a shorter conversation.', {
        code: 'request_too_large',
      }),
    );
    return;
  }
  const parsed = parseChatRequest(text);
  if (parsed.type === 'refused') {
    sendRefusal(response, parsed);
    return;
  }
  const said = answer(parsed.history);
  const prepared = prepareAnswer(said, parsed, `chatcmpl-${randomUUID()}`, Math.floor(Date.now() / 1000));
  if (!parsed.stream) {
    sendJson(response, 200, encodeCompletion(prepared));
    return;
  }
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const streaming = streamAnswer(response, prepared, {
    paceMs: options.paceMs ?? (countWords(said) >= STORY_WORDS ? STORY_PACE_MS : ORDINARY_PACE_MS),
    include_usage: parsed.include_usage,
    signal: controller.signal,
  });
  streams.set(controller, streaming);
  await streaming.finally(() => streams.delete(controller));
}

/** The whole body, or undefined when it is too large. Read to its end even then: many clients listen only once they have sent all. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Safe: without setEncoding a request yields buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function describeModel(): JsonObject {
  return { id: elizaModel, object: 'model', created: MODEL_CREATED, owned_by: 'parley' };
}

function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  sendJson(response, refusal.status, { error: refusal.error });
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
