import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  removeDir,
  runParley,
  writeConfig,
  writePlainScript,
  writeScript,
} from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Check = { name: string; type: string; ok: boolean; error: string | null };

const goodKey = 'sk-good-0123456789';
const dataDir = makeDataDir();
const emptyDir = makeDataDir();
let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    if (request.path === '/' || request.path === '/health') sendJson(response, 200, {});
    else if (request.path === '/chatty') {
      sendJson(response, 400, { error: { message: 'API key\nnot valid\u001b[2J' } });
    } else if (request.headers.authorization !== `Bearer ${goodKey}`) {
      sendJson(response, 401, {
        error: { message: `Incorrect API key provided: ${request.headers.authorization ?? ''}` },
      });
    } else sendJson(response, 200, { object: 'list', data: [{ id: 'one' }, { id: 'vendor/two' }] });
  });
  writePlainScript(dataDir);
  writeScript(dataDir, 'torn', 'return {\n  name = "Torn",\n  oops oops\n}');
  writeScript(dataDir, 'hollow', 'return nil');
  writeScript(
    dataDir,
    'lacking',
    'return { name = "Lacking", protocol = "openai_compat", base_url = "http://127.0.0.1:9" }',
  );
  writeScript(
    dataDir,
    'chatty',
    'return { dialect = "openai_completions", base_url = config.url, health_endpoint = "/chatty" }',
  );
  writeConfig(
    dataDir,
    `llm:
  backends:
    - { name: chatty, type: chatty, url: ${upstream.url}, api_key: sk-chatty-0123456789 }
    - { name: good, type: plain, url: ${upstream.url}, api_key: "\${GOOD_KEY}" }
    - { name: refused, type: plain, url: ${upstream.url}, api_key: sk-refused-0123456789 }
    - { name: unset, type: plain, url: ${upstream.url}, api_key: env:NOT_SET_ANYWHERE }
    - { name: away, type: plain, url: "http://127.0.0.1:9", api_key: sk-away-0123456789 }
    - { name: torn, type: torn }
    - { name: hollow, type: hollow }
    - { name: lacking, type: lacking }
    - { name: missing, type: not-there }
    - { name: off, type: torn, enabled: false }
`,
  );
});

afterAll(async () => {
  await upstream.close();
  removeDir(dataDir);
  removeDir(emptyDir);
});

const env = { GOOD_KEY: goodKey };

/** What must stand in the sentence on each broken backend. */
const broken = {
  chatty: /perhaps for its key \(400\) \(API key not valid \[2J\)/,
  refused: /401/,
  unset: /NOT_SET_ANYWHERE/,
  away: /refused the connection/,
  torn: /torn\.lua.*3/,
  hollow: /hollow\.lua/,
  lacking: /lacking\.lua.*completions_endpoint/,
  missing: /not-there/,
};

describe('doctor', () => {
  it('names everything that is broken, each with its reason, and exits with 1', async () => {
    const { code, stdout } = await runParley(['doctor', '--json'], { dataDir, env });
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { backends: Check[]; config_problem: unknown };
    expect(report.config_problem).toBeNull();
    const byName = new Map(report.backends.map(check => [check.name, check]));
    expect([...byName.keys()].sort()).toEqual([...Object.keys(broken), 'eliza', 'good'].sort());
    expect(byName.get('good')).toMatchObject({
      type: 'plain',
      title: 'Plain',
      ok: true,
      error: null,
      reachable: true,
      models: 2,
      script: 'user',
      key: { tier: 'settings', source: 'env', name: 'GOOD_KEY' },
    });
    for (const [name, reason] of Object.entries(broken)) {
      const check = byName.get(name);
      expect(check).toMatchObject({ ok: false });
      expect(check?.error).toMatch(reason);
      expect(check?.error).not.toContain('\n');
    }
    for (const key of [goodKey, 'sk-refused-0123456789', 'sk-away-0123456789'])
      expect(stdout).not.toContain(key);
  });

  it('prints one line a backend for people', async () => {
    const { code, stdout } = await runParley(['doctor'], { dataDir, env });
    expect(code).toBe(1);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(Object.keys(broken).length + 2);
    expect(lines.find(line => line.startsWith('ok     good'))).toMatch(
      /user script, key from env GOOD_KEY, set in settings, reachable, 2 models/,
    );
    for (const [name, reason] of Object.entries(broken)) {
      expect(lines.find(line => line.startsWith(`broken ${name} `))).toMatch(reason);
    }
  });

  it('exits with 0 where all is well, as after a first start', async () => {
    const { code, stdout, stderr } = await runParley(['doctor', '--json'], { dataDir: emptyDir });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      backends: [{ name: 'eliza', type: 'eliza', ok: true, error: null, demo: true }],
    });
  });
});

describe('models', () => {
  it('lists what answers as backend/model, and says what does not', async () => {
    const { code, stdout, stderr } = await runParley(['models', '--json'], { dataDir, env });
    expect(code).toBe(0);
    const models = JSON.parse(stdout) as { id: string }[];
    expect(models.map(({ id }) => id)).toEqual(['good/one', 'good/vendor/two']);
    expect(models[0]).toMatchObject({
      id: 'good/one',
      backend: 'good',
      provider: 'plain',
      dialect: 'openai_completions',
      demo: false,
    });
    const { chatty: _isWell, ...unlisted } = broken; // its list answers
    for (const reason of Object.values(unlisted)) expect(stderr).toMatch(reason);
  });

  it('shows the demo alone to a newcomer', async () => {
    const { code, stdout, stderr } = await runParley(['models'], { dataDir: emptyDir });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').map(line => line.split(/\s/)[0])).toEqual(['MODEL', 'eliza/eliza', '']);
  });
});

describe('providers list', () => {
  it('has every script with its origin and the backends that use it', async () => {
    const { code, stdout, stderr } = await runParley(['providers', 'list', '--json'], { dataDir, env });
    expect(code).toBe(0);
    const providers = JSON.parse(stdout) as {
      type: string;
      origin: string;
      backends: string[];
      error: unknown;
    }[];
    expect(providers.find(({ type }) => type === 'plain')).toMatchObject({
      name: 'Plain',
      origin: 'user',
      backends: ['good', 'refused', 'unset', 'away'],
      error: null,
    });
    expect(providers.find(({ type }) => type === 'torn')).toMatchObject({
      origin: 'user',
      backends: ['torn', 'off'],
      error: { code: 'script_error' },
    });
    expect(providers.filter(({ origin }) => origin === 'built-in').map(({ type }) => type)).toEqual(
      expect.arrayContaining(['eliza', 'ollama', 'openai', 'openrouter']),
    );
    expect(stderr).toMatch(broken.torn);
  });

  it('is a table for people', async () => {
    const { code, stdout } = await runParley(['providers', 'list'], { dataDir: emptyDir });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TYPE\s+SCRIPT\s+BACKENDS\n/);
    expect(stdout).toMatch(/^eliza\s+built-in\s+eliza$/m);
  });
});
