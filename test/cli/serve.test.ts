import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { sseText, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  readCalls,
  removeDir,
  runParley,
  startParley,
  waitFor,
  writeConfig,
  writePlainScript,
} from '../support/start-parley.ts';
import type { RunningParley } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

function makeDir(): string {
  const dir = makeDataDir();
  onTestFinished(() => removeDir(dir));
  return dir;
}

async function start(dataDir: string, args: string[] = []): Promise<RunningParley> {
  const parley = await startParley({ dataDir, args });
  onTestFinished(async () => void (await parley.stop('SIGKILL')));
  return parley;
}

/** An upstream that says half a sentence and then nothing more. */
async function startHanging(dataDir: string): Promise<ScriptedUpstream> {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sseText(textChunks(['Half']).slice(0, 2), false));
  });
  onTestFinished(() => upstream.close());
  writePlainScript(dataDir);
  writeConfig(
    dataDir,
    `llm: { backends: [{ name: slow, type: plain, url: "${upstream.url}", api_key: sk-slow-0123456789 }] }\ngateway: { require_key: false }\n`,
  );
  return upstream;
}

/** Opens a stream and resolves when its first text has arrived; `rest` is all that came after it. */
async function openStream(parley: RunningParley): Promise<{ rest: Promise<string> }> {
  const answer = await fetch(`${parley.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'slow/model', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('Half')) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended too early: ${text}`);
    text += value;
  }
  const readRest = async (): Promise<string> => {
    let more = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return more;
      more += value;
    }
  };
  return { rest: readRest() };
}

describe('serve', () => {
  it('prints one line when it is ready, for programs and for people', async () => {
    const dataDir = makeDir();
    const parley = await start(dataDir);
    const line = JSON.parse(parley.output().stdout) as Record<string, unknown>;
    expect(Object.keys(line)).toEqual(['url', 'ui', 'pid']);
    expect(line['url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(line['ui']).toBeNull();
    expect((await fetch(`${parley.url}/health`)).status).toBe(200);
    expect((await fetch(`${parley.url}/ui`)).status).toBe(401); // as any address of the gateway without a key
    expect(() => process.kill(parley.pid, 0)).not.toThrow();
    expect(await parley.stop()).toEqual({ code: 0, signal: null });
    expect(parley.output().stderr).toBe('');
  });

  it('with --ui also prints an address that lets one browser in', async () => {
    const parley = await start(makeDir(), ['--ui']);
    expect(parley.ui?.startsWith(`${parley.url}/ui?token=`)).toBe(true);
    const wrong = await fetch(`${parley.url}/ui?token=guessed`, { redirect: 'manual' });
    expect(wrong.status).toBeGreaterThanOrEqual(400);
    const right = await fetch(parley.ui ?? '', { redirect: 'manual' });
    expect(right.status).toBeLessThan(400);
    expect(right.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/i);
  });

  it('refuses a port that is taken in one sentence, and leaves nothing open', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const dataDir = makeDir();
    const { code, stdout, stderr } = await runParley(['serve', '--port', String(port), '--json'], {
      dataDir,
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^parley: [^\n]+\n$/);
    expect(stderr).toContain(`Port ${String(port)} is taken`);
    expect(existsSync(join(dataDir, 'parley.db-wal'))).toBe(false);
  });

  it('takes the port of parley.yaml unless told otherwise', async () => {
    const dataDir = makeDir();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    writeConfig(dataDir, `gateway: { port: ${String(port)} }\n`);
    const { code, stderr } = await runParley(['serve'], { dataDir });
    expect([code, stderr.includes(`Port ${String(port)} is taken`)]).toEqual([1, true]);
    await start(dataDir); // --port 0
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends streams, the upstream and the database on %s',
    async signal => {
      const dataDir = makeDir();
      const upstream = await startHanging(dataDir);
      const parley = await start(dataDir);
      const { rest } = await openStream(parley);
      expect(await parley.stop(signal)).toEqual({ code: 0, signal: null });
      expect(await rest).toContain('shutting down');
      await upstream.requests[0]?.aborted;
      expect(existsSync(join(dataDir, 'parley.db-wal'))).toBe(false);
      expect(existsSync(join(dataDir, 'parley.db-shm'))).toBe(false);
      expect(readCalls(dataDir)).toMatchObject([
        { model_asked: 'slow/model', status: 'cancelled', client: 'anonymous' },
      ]);
      expect(parley.output().stderr).toBe('');
    },
  );

  it('killed in the middle of a stream leaves a call that the next start marks as interrupted', async () => {
    const dataDir = makeDir();
    await startHanging(dataDir);
    const parley = await start(dataDir);
    const { rest } = await openStream(parley);
    rest.catch(() => undefined); // the connection breaks
    // The row of a running call is written with the next batch; it is not in the view yet.
    await new Promise(resolve => setTimeout(resolve, 400));
    await parley.stop('SIGKILL');
    expect(readCalls(dataDir)).toEqual([]);
    await start(dataDir);
    expect(await waitFor(() => readCalls(dataDir)[0])).toMatchObject({
      model_asked: 'slow/model',
      status: 'interrupted',
      input_tokens: null,
      output_tokens: null,
      tokens_origin: 'unknown',
      cost_usd: null,
    });
    expect(readCalls(dataDir)).toHaveLength(1);
  });

  it('runs twice on one data directory without disturbing the calls of the other', async () => {
    const dataDir = makeDir();
    await startHanging(dataDir);
    const first = await start(dataDir);
    const { rest } = await openStream(first);
    const second = await start(dataDir);
    expect((await fetch(`${second.url}/health`)).status).toBe(200);
    expect(await second.stop()).toEqual({ code: 0, signal: null });
    expect(readCalls(dataDir)).toEqual([]); // the first one's call is still under way, not interrupted
    expect(await first.stop()).toEqual({ code: 0, signal: null });
    expect(await rest).toContain('shutting down');
    expect(readCalls(dataDir)).toMatchObject([{ status: 'cancelled' }]);
  });
});
