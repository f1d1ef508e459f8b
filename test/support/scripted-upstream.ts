import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SeenRequest = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** The body's bytes, exactly as they came. */
  body: string;
  /** Resolves when the asking side went away before the answer was complete. */
  aborted: Promise<void>;
};

export type ScriptedUpstream = {
  url: string;
  requests: SeenRequest[];
  /** How the next requests are answered. */
  answer: (request: SeenRequest, response: ServerResponse) => void | Promise<void>;
  close(): Promise<void>;
};

/** An upstream that does what a test says, good or bad. */
export async function startUpstream(answer?: ScriptedUpstream['answer']): Promise<ScriptedUpstream> {
  const upstream: ScriptedUpstream = {
    url: '',
    requests: [],
    answer: answer ?? ((_request, response) => sendStream(response, textChunks(['Hello', ' there.']))),
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const aborted = new Promise<void>(resolve => {
      response.once('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        aborted,
      };
      upstream.requests.push(seen);
      void upstream.answer(seen, response);
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  upstream.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return upstream;
}

export type Chunk = Record<string, unknown>;

/** Chunks of a streamed answer in OpenAI's chat completions format, with a finish reason and usage at the end. */
export function textChunks(
  pieces: string[],
  usage: Chunk | null = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
): Chunk[] {
  const chunk = (delta: Chunk, finish: string | null): Chunk => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted-1',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...pieces.map(content => chunk({ content }, null)),
    chunk({}, 'stop'),
    ...(usage === null
      ? []
      : [
          {
            id: 'chatcmpl-1',
            object: 'chat.completion.chunk',
            created: 1,
            model: 'scripted-1',
            choices: [],
            usage,
          },
        ]),
  ];
}

export function sseText(chunks: Chunk[], done = true): string {
  return (
    chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join('') + (done ? 'data: [DONE]\n\n' : '')
  );
}

export function sendStream(response: ServerResponse, chunks: Chunk[], done = true): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(sseText(chunks, done));
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
