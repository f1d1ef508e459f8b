import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { sendJson, sendStream, sseText, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  readCalls,
  removeDir,
  runParley,
  startCommand,
  waitFor,
  writeConfig,
  writePlainScript,
} from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dataDir = makeDataDir();
let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await startUpstream();
  writePlainScript(dataDir);
  writeConfig(
    dataDir,
    `llm: { backends: [{ name: up, type: plain, url: "${upstream.url}", api_key: sk-settings-0123456789 }] }\n`,
  );
});

afterAll(async () => {
  await upstream.close();
  removeDir(dataDir);
});

function lastBody(): { messages?: unknown; stream?: boolean; model?: string } {
  return JSON.parse(upstream.requests.at(-1)?.body ?? '{}') as object;
}

function lastRow(model: string): unknown {
  return readCalls(dataDir).findLast(call => call.model_asked === model);
}

describe('chat', () => {
  it('prints the text as it comes, and stopped by Ctrl+C it is a cancelled call', async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['First words']).slice(0, 2), false));
    };
    const chat = startCommand(['chat', '-m', 'up/stopped', '--system', 'Be brief.', 'How', 'are', 'you?'], {
      dataDir,
    });
    await waitFor(() => chat.output().stdout === 'First words');
    expect(lastBody()).toMatchObject({
      model: 'stopped',
      stream: true,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'How are you?' },
      ],
    });
    chat.kill('SIGINT');
    expect(await chat.ended).toEqual({ code: 1, signal: null });
    await upstream.requests.at(-1)?.aborted;
    expect(chat.output().stderr).toMatch(/^parley: [^\n]+\n$/);
    expect(lastRow('up/stopped')).toMatchObject({ client: 'cli', status: 'cancelled', dialect_in: null });
  });

  it('ends without a word when nobody reads on, and the call is recorded', async () => {
    upstream.answer = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      while (!response.destroyed) {
        response.write(sseText(textChunks(['More. ']).slice(0, 2), false));
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    };
    const chat = startCommand(['chat', '-m', 'up/head', 'Go on'], { dataDir });
    await waitFor(() => chat.output().stdout.includes('More.'));
    chat.hangUp();
    expect(await chat.ended).toEqual({ code: 0, signal: null });
    expect(chat.output().stderr).toBe('');
    expect(lastRow('up/head')).toMatchObject({ status: 'cancelled' });
  });

  it('takes the question from standard input, and with --json prints one object', async () => {
    upstream.answer = (_request, response) => sendStream(response, textChunks(['Hello', ' there.']));
    const { code, stdout, stderr } = await runParley(['chat', '-m', 'up/json', '--json'], {
      dataDir,
      input: 'Hi\nthere\n',
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(lastBody().messages).toEqual([{ role: 'user', content: 'Hi\nthere' }]);
    expect(JSON.parse(stdout)).toEqual({
      model: 'up/json',
      model_answered: 'scripted-1',
      text: 'Hello there.',
      content: [{ type: 'text', text: 'Hello there.' }],
      finish_reason: 'stop',
      usage: { input_tokens: 7, output_tokens: 3 },
      error: null,
      call_id: expect.any(String) as string,
    });
    expect(lastRow('up/json')).toMatchObject({
      client: 'cli',
      status: 'ok',
      input_tokens: 7,
      output_tokens: 3,
    });
  });

  it('prefers the key that was given with the call to that of parley.yaml', async () => {
    upstream.answer = (_request, response) => sendStream(response, textChunks(['Yes.']));
    const [given, named, settings] = await Promise.all([
      runParley(['chat', '-m', 'up/given', '--api-key', 'sk-given-0123456789', 'Hi'], { dataDir }),
      runParley(['chat', '-m', 'up/named', '--api-key', 'env:GIVEN', 'Hi'], {
        dataDir,
        env: { GIVEN: 'sk-named-0123456789' },
      }),
      runParley(['chat', '-m', 'up/settings', 'Hi'], { dataDir }),
    ]);
    for (const run of [given, named, settings])
      expect(run).toEqual({ code: 0, stdout: 'Yes.\n', stderr: '' });
    const keys = upstream.requests.map(({ body, headers }) => [
      (JSON.parse(body) as { model: string }).model,
      headers.authorization,
    ]);
    expect(Object.fromEntries(keys)).toMatchObject({
      given: 'Bearer sk-given-0123456789',
      named: 'Bearer sk-named-0123456789',
      settings: 'Bearer sk-settings-0123456789',
    });
  });

  it('keeps the text that came before an error, says the error, and exits with 1', async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['Not all']).slice(0, 2), false), () => response.destroy());
    };
    const [plain, json] = await Promise.all([
      runParley(['chat', '-m', 'up/cut', 'Hi'], { dataDir }),
      runParley(['chat', '-m', 'up/cut', '--json', 'Hi'], { dataDir }),
    ]);
    expect([plain.code, plain.stdout]).toEqual([1, 'Not all\n']);
    expect(plain.stderr).toMatch(/^parley: up [^\n]+\n$/);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      text: 'Not all',
      finish_reason: 'error',
      error: { code: 'incomplete_stream' },
    });
    expect(lastRow('up/cut')).toMatchObject({ status: 'interrupted' });
  });

  it('says what the upstream refused, without the key it quotes', async () => {
    upstream.answer = (request, response) =>
      sendJson(response, 401, {
        error: {
          message: `Incorrect API key: ${request.headers.authorization ?? ''}`,
          code: 'invalid_api_key',
        },
      });
    const { code, stdout, stderr } = await runParley(['chat', '-m', 'up/refused', 'Hi'], { dataDir });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^parley: up: [^\n]*Incorrect API key: [^\n]+\n$/);
    expect(stderr).not.toContain('sk-settings');
    expect(lastRow('up/refused')).toMatchObject({
      status: 'error',
      http_status: 401,
      error_code: 'http_error',
    });
  });

  it('does not know every model, and the ledger has that it was asked for', async () => {
    const { code, stdout, stderr } = await runParley(['chat', '-m', 'nowhere/none', '--json', 'Hi'], {
      dataDir,
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^parley: There is no model named "nowhere\/none"[^\n]+\n$/);
    expect(lastRow('nowhere/none')).toMatchObject({
      client: 'cli',
      status: 'error',
      error_code: 'unknown_model',
    });
  });
});
