import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { startHttpProxy, startTlsFront, testRootFile } from '../support/local-proxies.ts';
import type { LocalProxy } from '../support/local-proxies.ts';
import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  readLog,
  removeDir,
  runParley,
  startParley,
  waitFor,
  writeConfig,
  writePlainScript,
  writeScript,
} from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const password = 'hunter2-of-the-proxy';
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
};
const dataDir = makeDataDir();
let upstream: ScriptedUpstream;
let foreign: ScriptedUpstream;
let front: Awaited<ReturnType<typeof startTlsFront>>;
let proxy: LocalProxy;

beforeAll(async () => {
  foreign = await startUpstream();
  upstream = await startUpstream((request, response) => {
    if (request.path === '/hop') response.writeHead(302, { location: `${foreign.url}/there` }).end();
    else if (request.method === 'POST') sendJson(response, 200, completion);
    else sendJson(response, 200, { object: 'list', data: [{ id: 'one' }] });
  });
  front = await startTlsFront(upstream.url);
  proxy = await startHttpProxy({ login: `me:${password}` });
  writePlainScript(dataDir);
  writeScript(
    dataDir,
    'nosy',
    `http.get(config.url .. "/hop")
return { dialect = "openai_completions", base_url = config.url }`,
  );
});

afterAll(async () => {
  await Promise.all([front.close(), upstream.close(), foreign.close(), proxy.close()]);
  removeDir(dataDir);
});

function configure(network: string): void {
  writeConfig(
    dataDir,
    `llm:
  backends:
    - { name: safe, type: plain, url: ${front.url}, api_key: sk-proxied-0123456789 }
    - { name: open, type: plain, url: ${upstream.url}, api_key: sk-proxied-0123456789 }
    - { name: nosy, type: nosy, url: ${upstream.url}, api_key: sk-proxied-0123456789 }
gateway: { require_key: false }
network: ${network}
`,
  );
}

type Report = { backends: { name: string; ok: boolean; error: string | null; proxy?: string }[] };

it('doctor names the proxy; all goes through it but the demo, and a script still reaches only what it was granted', async () => {
  configure(`{ proxy: "http://me:\${PROXY_PASSWORD}@${proxy.host}", ca_file: "${testRootFile}" }`);
  const env = { PROXY_PASSWORD: password };
  const { stdout, stderr } = await runParley(['doctor', '--json'], { dataDir, env });
  const { backends } = JSON.parse(stdout) as Report;
  const by = new Map(backends.map(check => [check.name, check]));
  expect(by.get('safe')).toMatchObject({ ok: true, proxy: `http://${proxy.host}` });
  expect(by.get('open')).toMatchObject({ ok: true, proxy: `http://${proxy.host}` });
  expect(by.get('eliza')?.ok).toBe(true);
  expect(by.get('eliza')?.proxy).toBeUndefined();
  expect(by.get('nosy')).toMatchObject({ ok: false });
  expect(by.get('nosy')?.error).toContain(
    `wants to reach ${new URL(foreign.url).host}, which it has not been granted`,
  );
  expect(foreign.requests).toHaveLength(0);
  expect(proxy.asked).toContain(`GET ${upstream.url}/hop`);
  expect(new Set(proxy.asked.map(line => line.replace(/ http:\/\/([^/]+).*/, ' $1')))).toEqual(
    new Set([`CONNECT ${new URL(front.url).host}`, `GET ${new URL(upstream.url).host}`]),
  );
  expect(stdout + stderr + readLog(dataDir)).not.toContain(password);
});

it('serve takes a changed setting at once, and no error or log holds the password', async () => {
  configure(`{ proxy: "http://me:wrong-${password}@${proxy.host}", ca_file: "${testRootFile}" }`);
  const parley = await startParley({ dataDir });
  const ask = (): Promise<Response> =>
    fetch(`${parley.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'safe/m', messages: [{ role: 'user', content: 'Hi' }] }),
    });
  const refused = await ask();
  const text = await refused.text();
  expect(refused.status).toBe(502);
  expect(text).toContain(`the proxy http://${proxy.host} refused the user name or password (407)`);
  configure(`{ proxy: none, ca_file: "${testRootFile}" }`);
  await waitFor(async () => (await ask()).status === 200);
  const seen = proxy.connections;
  expect((await ask()).status).toBe(200);
  expect(proxy.connections).toBe(seen);
  await parley.stop();
  const { stdout, stderr } = parley.output();
  expect(text + stdout + stderr + readLog(dataDir)).not.toContain(password);
});
