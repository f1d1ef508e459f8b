import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { sendJson, sendStream, sseText, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  removeDir,
  startParley,
  waitFor,
  writeConfig,
  writeScript,
} from '../support/start-parley.ts';
import type { RunningParley } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dataDir = makeDataDir();
const folder = join(dataDir, 'providers');
const list = join(folder, 'models', 'acme.json');
let upstream: ScriptedUpstream;
let parley: RunningParley;
let goOn: () => void = () => undefined;

/** Its answers say which version of the script asked. */
function acme(version: string): string {
  return `return { dialect = "openai_completions", base_url = "${upstream.url}", auth_type = "none", models = load_models("models/acme.json"), headers = { ["x-version"] = "${version}" } }`;
}

function writeFolder(version: string, model: string): void {
  mkdirSync(join(folder, 'models'), { recursive: true });
  writeFileSync(list, JSON.stringify([{ id: model }]));
  writeScript(dataDir, 'acme', acme(version));
}

beforeAll(async () => {
  upstream = await startUpstream(async (request, response) => {
    if (request.method === 'GET') sendJson(response, 200, { data: [{ id: 'm' }] });
    else if (request.path !== '/held')
      sendStream(response, textChunks([String(request.headers['x-version'])]));
    else {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['one']).slice(0, 2), false));
      await new Promise<void>(resolve => (goOn = resolve));
      response.end(sseText(textChunks(['two']).slice(1)));
    }
  });
  writeFolder('v1', 'one');
  writeScript(
    dataDir,
    'held',
    `local p = { dialect = "openai_completions", base_url = "${upstream.url}", auth_type = "none", completions_endpoint = "/held" } function p.modify_events(deltas) for _, d in ipairs(deltas) do if d.delta then d.delta = "[" .. d.delta .. "]" end end return deltas end return p`,
  );
  writeConfig(
    dataDir,
    'llm:\n  backends:\n    - { name: acme, type: acme }\n    - { name: held, type: held }\ngateway: { require_key: false }\n',
  );
  parley = await startParley({ dataDir });
});

afterAll(async () => {
  await parley.stop();
  await upstream.close();
  removeDir(dataDir);
});

/** The text of an answer, or the error's message. */
async function ask(model: string): Promise<string> {
  const answer = await fetch(`${parley.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const text = await answer.text();
  if (answer.status !== 200) return (JSON.parse(text) as { error: { message: string } }).error.message;
  return [...text.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');
}

async function listModels(): Promise<string[]> {
  const answer = await fetch(`${parley.url}/v1/models`);
  return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
}

describe('while Parley runs', () => {
  it('a changed script and a changed list of models are used at once', async () => {
    expect([await ask('acme/x'), await listModels()]).toEqual(['v1', ['acme/one', 'held/m']]);
    writeScript(dataDir, 'acme', acme('v2'));
    await waitFor(async () => (await ask('acme/x')) === 'v2');
    writeFileSync(list, '[{"id":"two"}]');
    await waitFor(async () => (await listModels()).includes('acme/two'));
  });

  it('a broken edit is told with file, line and text, disturbs nobody else, and is over once mended', async () => {
    writeScript(dataDir, 'acme', 'return {\n  oops oops\n}');
    const told = await waitFor(async () => {
      const answer = await ask('acme/x');
      return answer === 'v2' ? undefined : answer;
    });
    expect(told).toMatch(/acme\.lua:2: .*Line 2: oops oops/);
    expect(await listModels()).toEqual(['held/m']);
    writeScript(dataDir, 'acme', acme('v3'));
    await waitFor(async () => (await ask('acme/x')) === 'v3');
  });

  it('a call under way finishes on the script it began with, whatever becomes of that', async () => {
    const answer = ask('held/x');
    await waitFor(() => upstream.requests.some(({ path }) => path === '/held'));
    writeScript(dataDir, 'held', 'return 5');
    await waitFor(async () => !(await listModels()).includes('held/m'));
    expect(await ask('held/x')).toContain('held.lua');
    goOn();
    expect(await answer).toBe('[one][two]');
  });

  it('the folder may go and come back', async () => {
    rmSync(folder, { recursive: true });
    await waitFor(async () => (await ask('acme/x')).includes('no provider script named "acme"'));
    writeFolder('v4', 'four');
    await waitFor(async () => (await ask('acme/x')) === 'v4');
    renameSync(folder, `${folder}-aside`);
    await waitFor(async () => (await ask('acme/x')).includes('no provider script'));
    renameSync(`${folder}-aside`, folder);
    await waitFor(async () => (await ask('acme/x')) === 'v4');
    writeScript(dataDir, 'acme', acme('v5'));
    await waitFor(async () => (await ask('acme/x')) === 'v5');
    writeFileSync(list, '[{"id":"five"}]');
    await waitFor(async () => (await listModels()).includes('acme/five'));
    expect(parley.output().stderr).toBe('');
  });
});
