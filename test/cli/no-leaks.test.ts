import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  removeDir,
  runParley,
  startParley,
  waitFor,
  waitForCalls,
  writeConfig,
  writePlainScript,
  writeScript,
} from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Every way a key can get into Parley, but for `keys create`, whose output is checked to be the only place. */
const secrets = {
  literal: 'sk-literal-in-yaml-0123456789',
  env: 'sk-from-environment-0123456789',
  given: 'sk-given-with-the-call-0123456789',
  script: 'sk-inside-the-script-0123456789',
  torn: 'sk-on-a-broken-line-0123456789',
  guessed: 'parley-guessed-gateway-key-0123456789',
};
const env = { LEAK_KEY: secrets.env };
const dataDir = makeDataDir();
let upstream: ScriptedUpstream;
let printed = '';

/** Says its key in every way a script can. */
const chattyScript = `
log.info("my key is " .. config.api_key)
log.error({ key = config.api_key })
local provider = { name = "Chatty", protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions",
  auth_type = "bearer", auth_key = config.api_key }
function provider.on_request(request)
  log.warn("sending with " .. config.api_key)
  return nil, "I will not send " .. config.api_key
end
return provider
`;

beforeAll(async () => {
  // Quotes every key it is sent, in headers, message and code.
  upstream = await startUpstream((request, response) => {
    const said = `Wrong key: ${request.headers.authorization ?? 'none'}`;
    sendJson(response, 401, { error: { message: said, code: said, type: said } }, { 'x-your-key': said });
  });
  writePlainScript(dataDir);
  writeScript(dataDir, 'chatty', chattyScript);
  writeScript(
    dataDir,
    'own-key',
    `return { name = "Own", protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions", auth_type = "bearer", auth_key = "${secrets.script}" }`,
  );
  writeScript(dataDir, 'thrower', 'error("I was given " .. config.api_key)');
  writeConfig(
    dataDir,
    `llm:
  backends:
    - { name: literal, type: plain, url: ${upstream.url}, api_key: ${secrets.literal} }
    - { name: named, type: plain, url: ${upstream.url}, api_key: "\${LEAK_KEY}" }
    - { name: own-key, type: own-key, url: ${upstream.url} }
    - { name: chatty, type: chatty, url: ${upstream.url}, api_key: ${secrets.literal} }
    - { name: thrower, type: thrower, url: ${upstream.url}, api_key: ${secrets.literal} }
    - { name: spaced, type: plain, url: ${upstream.url}, api_key: "Bearer ${secrets.literal}\\n" }
`,
  );
});

afterAll(async () => {
  await upstream.close();
  removeDir(dataDir);
});

async function run(...args: string[]): Promise<void> {
  const { stdout, stderr } = await runParley(args, { dataDir, env });
  printed += stdout + stderr;
}

/** What Parley has written, apart from what the person wrote there. */
function writtenFiles(): [string, Buffer][] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'parley.yaml' && !entry.name.endsWith('.lua'))
    .map(entry => [entry.name, readFileSync(join(entry.parentPath, entry.name))]);
}

describe('a key', () => {
  it('is in nothing that is printed, answered, logged or stored', async () => {
    const parley = await startParley({ dataDir, env });
    const { stdout } = await runParley(['keys', 'create', 'leaks', '--json'], { dataDir });
    const { key: gatewayKey } = JSON.parse(stdout) as { key: string };
    const models = [
      'literal/m',
      'named/m',
      'own-key/m',
      'chatty/m',
      'thrower/m',
      'spaced/m',
      'literal/given',
    ];
    for (const model of models) {
      for (const stream of [false, true]) {
        const answer = await fetch(`${parley.url}/v1/chat/completions`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${gatewayKey}`,
            ...(model === 'literal/given' ? { 'parley-api-key': secrets.given } : {}),
          },
          body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi' }] }),
        });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        printed += (await answer.text()) + JSON.stringify([...answer.headers]);
      }
    }
    const listed = await fetch(`${parley.url}/v1/models`, {
      headers: { authorization: `Bearer ${gatewayKey}` },
    });
    printed += (await listed.text()) + JSON.stringify([...listed.headers]);
    const refused = await fetch(`${parley.url}/v1/models`, {
      headers: { authorization: `Bearer ${secrets.guessed}` },
    });
    expect(refused.status).toBe(401);
    printed += await refused.text();
    // The upstream has seen the keys, so they were in use.
    const seen = JSON.stringify(upstream.requests.map(({ headers }) => headers.authorization));
    for (const name of ['literal', 'env', 'given', 'script'] as const) expect(seen).toContain(secrets[name]);
    expect(seen).not.toContain(gatewayKey);
    expect(upstream.requests.every(({ headers }) => headers['parley-api-key'] === undefined)).toBe(true);

    await Promise.all([run('doctor'), run('doctor', '--json')]);
    await Promise.all([run('models', '--json'), run('providers', 'list', '--json')]);
    await Promise.all([run('usage', '--json', '--by', 'client'), run('keys', 'list', '--json')]);
    await Promise.all([
      run('chat', '-m', 'literal/m', '--api-key', secrets.given, '--json', 'Hi'),
      run('chat', '-m', 'chatty/m', 'Hi'),
    ]);
    // A mistake right where a key is.
    const yaml = readFileSync(join(dataDir, 'parley.yaml'), 'utf8');
    const said = parley.output().stderr.length;
    writeConfig(dataDir, `${yaml}    - { name: torn, type: plain, api_key:${secrets.torn} }\n`);
    await waitFor(() => parley.output().stderr.length > said);
    await waitForCalls(dataDir, 'literal/given', 2);
    await parley.stop();
    printed += parley.output().stdout + parley.output().stderr;

    const written = writtenFiles();
    expect(written.map(([name]) => name)).toEqual(expect.arrayContaining(['parley.db', 'parley.log']));
    for (const [name, secret] of Object.entries({ ...secrets, gatewayKey })) {
      const at = printed.indexOf(secret);
      // What stands around it says who let it out; the key itself must not get into the report either.
      const around =
        at === -1 ? null : printed.slice(Math.max(0, at - 200), at + 200).replaceAll(secret, '<KEY>');
      expect([name, around]).toEqual([name, null]);
      expect([name, written.flatMap(([file, bytes]) => (bytes.includes(secret) ? [file] : []))]).toEqual([
        name,
        [],
      ]);
    }
  });
});
