import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import type { StopSignal } from '../../electron/engine/engine.ts';
import { aborted, chunkFrame, createFakeEngine, wholeAnswer } from './fake-engine.ts';
import type { PassedAsk } from './fake-engine.ts';
import {
  openSocket,
  readAnswer,
  readToEnd,
  startGateway,
  startRequest,
  withKey,
  KEY,
} from './start-gateway.ts';

const path = '/v1/chat/completions';
const asked = { model: 'raw/org/m 1', messages: [{ role: 'user', content: 'hi' }] };
const sse = { 'content-type': 'text/event-stream' };
const uuid = /^[0-9a-f-]{36}$/;
const cut = new AppError('incomplete_stream', 'raw ended its answer before it was finished.');

/** A gateway whose upstream is `pass`. */
const start = async (pass?: (ask: PassedAsk) => void) => {
  const engine = createFakeEngine(pass ? { pass } : {});
  return { engine, ...(await startGateway({ engine })) };
};

describe('a whole answer', () => {
  it('passes byte for byte, and so does the request but for its model', async () => {
    const { engine, ask } = await start();
    const body = '{ "made_up" : [1.0, 1e3],\n "model":"raw/org/m 1","messages":[] }';
    const answer = await ask(path, { method: 'POST', headers: withKey(), body });
    expect([answer.status, answer.text]).toEqual([200, JSON.stringify(wholeAnswer)]);
    expect(engine.bodies).toEqual([body.replace('raw/org/m 1', 'org/m 1')]);
  });

  it('says who answered, and nothing of what the upstream says of itself', async () => {
    const { chat } = await start(({ sink }) => {
      sink.head(201, {
        'content-type': 'application/json',
        'content-length': '2',
        'x-ratelimit-remaining': '7',
        'openai-processing-ms': '12',
        'set-cookie': ['a=1', 'b=2'],
        server: 'cloudflare',
        'cf-ray': '1',
        'access-control-allow-origin': '*',
        'strict-transport-security': 'max-age=1',
        'x-request-id': 'upstream-id',
        'parley-backend': 'somebody-else',
        'proxy-authenticate': 'Basic',
        date: 'Thu, 01 Jan 1970 00:00:00 GMT',
        connection: 'close',
      });
      sink.data(Buffer.from('{}'));
      sink.end();
    });
    const { status, headers, text } = await chat(asked);
    const { date, ...rest } = headers;
    expect([status, text]).toEqual([201, '{}']);
    expect(rest).toEqual({
      'content-type': 'application/json',
      'content-length': '2',
      'x-ratelimit-remaining': '7',
      'openai-processing-ms': '12',
      'x-request-id': expect.stringMatching(uuid),
      'parley-backend': 'raw',
      'parley-model': 'org/m 1',
      'parley-attempts': '1',
      connection: 'close',
    });
    expect(Date.parse(String(date))).toBeGreaterThan(Date.parse('2020-01-01'));
  });

  it('that comes in pieces comes whole', async () => {
    const { chat } = await start(({ sink }) => {
      sink.head(200, { 'content-type': 'application/json' });
      for (const piece of ['{"a', '":', '', '1}']) sink.data(Buffer.from(piece));
      setImmediate(() => sink.end());
    });
    expect((await chat(asked)).text).toBe('{"a":1}');
  });

  it('may come from a model whose name no header can carry', async () => {
    const { chat } = await start();
    const answer = await chat({ ...asked, model: 'raw/é\r\nx: 1/😀' });
    expect([answer.status, answer.headers['parley-model']]).toEqual([200, '%C3%A9%0D%0Ax: 1/%F0%9F%98%80']);
    expect(answer.headers['x']).toBeUndefined();
  });

  it('loses its length where bytes may be taken out of it', async () => {
    const { chat } = await start(({ request, sink }) => {
      sink.head(200, { ...sse, 'content-length': '500' });
      sink.data(Buffer.from(String(request.edits_answer)));
      sink.end();
    });
    const answer = await chat({ ...asked, stream: true });
    expect([answer.text, answer.headers['content-length']]).toEqual(['true', undefined]);
  });

  it('may be empty', async () => {
    const { chat } = await start(({ sink }) => {
      sink.head(204, {});
      sink.end();
    });
    const answer = await chat(asked);
    expect([answer.status, answer.text, answer.headers['parley-backend']]).toEqual([204, '', 'raw']);
  });
});

describe('a streamed answer', () => {
  it('reaches the tool frame by frame, as each is there', async () => {
    const turns: (() => void)[] = [];
    const { open } = await start(({ sink }) => {
      turns.push(
        () => {
          sink.head(200, sse);
          sink.data(chunkFrame('one'));
        },
        () => sink.data(chunkFrame('two')),
        () => {
          sink.data(Buffer.from('data: [DONE]\n\n'));
          sink.end();
        },
      );
      turns.shift()?.();
    });
    const response = await open(path, {
      method: 'POST',
      headers: withKey(),
      body: JSON.stringify({ ...asked, stream: true }),
    });
    const seen: string[] = [];
    for await (const chunk of response) {
      seen.push(String(chunk));
      turns.shift()?.();
    }
    expect(seen).toEqual([String(chunkFrame('one')), String(chunkFrame('two')), 'data: [DONE]\n\n']);
  });

  it.each([
    ['between frames', [chunkFrame('one')], String(chunkFrame('one')).trimEnd()],
    ['inside a frame', [chunkFrame('one'), Buffer.from('data: {"cho')], 'data: {"cho'],
    ['after one newline', [Buffer.from('data: {}\n')], 'data: {}'],
  ])('that is cut %s ends with an error frame, and no finish', async (_name, chunks, lastBefore) => {
    const { chat } = await start(({ sink }) => {
      sink.head(200, sse);
      for (const chunk of chunks) sink.data(chunk);
      sink.cut(cut);
    });
    const answer = await chat({ ...asked, stream: true });
    const frames = answer.text.split(/\n\n+/).filter(frame => frame !== '');
    expect(answer.status).toBe(200);
    expect(frames.at(-2)).toBe(lastBefore);
    expect(JSON.parse(frames.at(-1)!.replace('data: ', ''))).toMatchObject({
      error: { code: 'incomplete_stream', message: cut.message },
    });
    expect(answer.text).not.toContain('[DONE]');
  });

  it('that is cut goes on counting where its dialect numbers the events', async () => {
    const event = (number: number): Buffer =>
      Buffer.from(
        `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":${number},"delta":"say \\"sequence_number\\":99"}\n\n`,
      );
    const { ask } = await start(({ sink }) => {
      sink.head(200, sse);
      sink.data(event(3));
      sink.data(Buffer.concat([event(4), event(5)]));
      sink.cut(cut);
    });
    const body = JSON.stringify({ model: 'raw/m', input: 'hi', stream: true });
    const { text } = await ask('/v1/responses', { method: 'POST', headers: withKey(), body });
    const last = /event: response\.failed\ndata: (.*)\n/.exec(text)?.[1] ?? '{}';
    expect(JSON.parse(last)).toMatchObject({ sequence_number: 6, response: { status: 'failed' } });
  });

  it.each([
    ['compressed', { ...sse, 'content-encoding': 'zstd' }, true],
    ['of known length', { 'content-type': 'application/json', 'content-length': '500' }, false],
    ['JSON of unknown length', { 'content-type': 'application/json' }, false],
  ])('that is %s and cut breaks the connection instead of pretending', async (_name, headers, stream) => {
    const { open } = await start(({ sink }) => {
      sink.head(200, headers);
      sink.data(Buffer.from('{"choices":['));
      sink.data(Buffer.from('{'));
      setImmediate(() => sink.cut(cut));
    });
    const response = await open(path, {
      method: 'POST',
      headers: withKey(),
      // With usage asked for by the tool no byte is changed, so that the length would stay.
      body: JSON.stringify({ ...asked, stream, stream_options: { include_usage: true } }),
    });
    await expect(readAnswer(response)).rejects.toThrow('aborted');
  });
});

describe('an upstream that fails', () => {
  it('before its first byte gives a real status', async () => {
    const { chat } = await start(({ fail }) =>
      fail(new AppError('upstream_unreachable', 'raw cannot be reached.')),
    );
    const answer = await chat({ ...asked, stream: true });
    expect(answer.status).toBe(502);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'parley-backend': 'raw',
      'parley-attempts': '1',
      'x-request-id': expect.stringMatching(uuid),
    });
    expect(answer.json).toMatchObject({ error: { message: 'raw cannot be reached.' } });
  });

  it('keeps its status and its Retry-After', async () => {
    const { chat } = await start(({ fail }) => {
      fail(new AppError('http_error', 'Too many.', { http_status: 429, retry_after_ms: 2000 }));
    });
    const answer = await chat(asked);
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '2']);
  });

  it('for a reason nobody thought of is reported, and told without details', async () => {
    const { chat, problems } = await start(({ fail }) => {
      fail(new AppError('internal', 'no such file: /home/somebody', { cause: new TypeError('boom') }));
    });
    const answer = await chat(asked);
    expect([answer.status, problems.map(String)]).toEqual([500, ['TypeError: boom']]);
    expect(answer.text).not.toContain('somebody');
  });

  it('twice, or late, is answered once', async () => {
    const { chat, problems } = await start(({ sink, fail }) => {
      fail(cut);
      fail(cut);
      sink.head(200, {});
      sink.data(Buffer.from('x'));
      sink.end();
    });
    const answer = await chat(asked);
    expect([answer.status, problems]).toEqual([502, []]);
    expect(answer.json).toMatchObject({ error: { code: 'incomplete_stream' } });
  });
});

describe('a tool that leaves', () => {
  it.each(['before the first byte', 'in the middle'])('%s stops the upstream', async moment => {
    const stopped = Promise.withResolvers<unknown>();
    const asking = Promise.withResolvers<void>();
    const { port, gateway } = await start(({ sink, context, fail }) => {
      if (moment === 'in the middle') {
        sink.head(200, sse);
        sink.data(chunkFrame('one'));
      }
      asking.resolve();
      void aborted(context.signal).then(() => {
        // What an upstream still sends after that goes nowhere, and harms nothing.
        const cancelled = new AppError('cancelled', 'The call was stopped.');
        if (moment === 'in the middle') {
          sink.data(chunkFrame('two'));
          sink.cut(cancelled);
        } else fail(cancelled);
        stopped.resolve(context.signal.aborted);
      });
    });
    const request = startRequest(port, path, {
      method: 'POST',
      headers: withKey(),
      body: JSON.stringify({ ...asked, stream: true }),
    });
    request.on('error', () => {});
    request.on('response', response => response.on('error', () => {}));
    await asking.promise;
    if (moment === 'in the middle') await once(request, 'response');
    request.destroy();
    expect(await stopped.promise).toBe(true);
    await gateway.close({ graceMs: 5000 });
  });

  it('after the whole answer stops nothing', async () => {
    const signals: StopSignal[] = [];
    const { chat } = await start(({ sink, context }) => {
      signals.push(context.signal);
      sink.head(200, {});
      sink.data(Buffer.from('{}'));
      sink.end();
    });
    await chat(asked);
    expect(signals.map(signal => signal.aborted)).toEqual([false]);
  });

  it('without closing properly stops the upstream as well', async () => {
    const stopped = Promise.withResolvers<void>();
    const { port } = await start(({ sink, context }) => {
      sink.head(200, sse);
      sink.data(chunkFrame('one'));
      void aborted(context.signal).then(() => stopped.resolve());
    });
    const socket = openSocket(port);
    const body = JSON.stringify({ ...asked, stream: true });
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${KEY}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'data');
    socket.resetAndDestroy();
    await expect(stopped.promise).resolves.toBeUndefined();
  });
});

describe('a tool that reads slowly', () => {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  const total = 200 * 1024 * 1024;

  /** Sends 200 MB as fast as it is let. */
  function pushAll({ sink, context, onResume }: PassedAsk, state: { pushed: number; pauses: number }): void {
    const push = (): void => {
      while (state.pushed < total && !context.signal.aborted) {
        state.pushed += chunk.length;
        if (!sink.data(chunk)) {
          state.pauses += 1;
          return;
        }
      }
      if (!context.signal.aborted) sink.end();
    };
    onResume(push);
    sink.head(200, sse);
    push();
  }

  it('holds the upstream back instead of filling memory, and then gets everything', async () => {
    const state = { pushed: 0, pauses: 0 };
    const { open } = await start(ask => pushAll(ask, state));
    const response = await open(path, { method: 'POST', headers: withKey(), body: JSON.stringify(asked) });
    response.pause();
    const before = process.memoryUsage();
    await settled(() => state.pushed);
    const after = process.memoryUsage();
    expect(state.pauses).toBeGreaterThan(0);
    // Socket buffers of both ends, nothing else.
    expect(state.pushed).toBeLessThan(32 * 1024 * 1024);
    expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(
      50_000_000,
    );
    let received = 0;
    for await (const part of response) received += (part as Buffer).length;
    expect(received).toBe(total);
  });

  it('and leaves stops the upstream', async () => {
    const state = { pushed: 0, pauses: 0 };
    const stopped = Promise.withResolvers<void>();
    const { port } = await start(ask => {
      void aborted(ask.context.signal).then(() => stopped.resolve());
      pushAll(ask, state);
    });
    const socket = openSocket(port);
    const body = JSON.stringify(asked);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${KEY}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'readable');
    await settled(() => state.pushed);
    socket.destroy();
    await stopped.promise;
    expect(state.pushed).toBeLessThan(total);
  });

  /** Waits until a number stands still. */
  async function settled(read: () => number): Promise<void> {
    let last = -1;
    while (read() !== last) {
      last = read();
      await new Promise(resolve => {
        setTimeout(resolve, 100);
      });
    }
  }
});

it('HTTP/1.0 tools get their stream unchunked, to the end of the connection', async () => {
  const { port } = await start(({ sink }) => {
    sink.head(200, sse);
    sink.data(chunkFrame('one'));
    sink.end();
  });
  const socket = openSocket(port);
  const body = JSON.stringify({ ...asked, stream: true });
  socket.write(
    `POST ${path} HTTP/1.0\r\nhost: localhost\r\nx-api-key: ${KEY}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const text = await readToEnd(socket);
  expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(String(chunkFrame('one')));
  expect(text.toLowerCase()).not.toContain('transfer-encoding');
});
