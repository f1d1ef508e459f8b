import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';

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
import type { RunningParley } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dataDir = makeDataDir();
const file = join(dataDir, 'parley.yaml');
/** Line 3, column 5 is where the list ends too early. */
const broken = 'llm:\n  backends: [\n    { name: work\n';
let upstream: ScriptedUpstream;
let parley: RunningParley;

beforeAll(async () => {
  upstream = await startUpstream((_request, response) =>
    sendJson(response, 200, { data: [{ id: 'model' }] }),
  );
  writePlainScript(dataDir);
});

afterAll(async () => {
  await parley?.stop();
  await upstream.close();
  removeDir(dataDir);
});

function settings(...names: string[]): string {
  const backends = names.map(
    name =>
      `    - { name: ${name}, type: ${name === 'late' ? 'late' : 'plain'}, url: "${upstream.url}", api_key: sk-config-0123456789 }\n`,
  );
  return `llm:\n  backends:\n${backends.join('')}gateway: { require_key: false }\n`;
}

async function models(): Promise<string[]> {
  const answer = await fetch(`${parley.url}/v1/models`);
  const { data } = (await answer.json()) as { data?: { id: string }[] };
  return (data ?? []).map(({ id }) => id);
}

/** Everything the gateway lists, once it lists this one. */
function modelsWith(id: string): Promise<string[]> {
  return waitFor(async () => {
    const ids = await models();
    return ids.includes(id) ? ids : undefined;
  });
}

describe('parley.yaml', () => {
  it('is written with comments by a first start, and says nothing but the defaults', async () => {
    const dir = makeDataDir();
    const { code } = await runParley(['models'], { dataDir: dir });
    const text = readFileSync(join(dir, 'parley.yaml'), 'utf8');
    removeDir(dir);
    expect(code).toBe(0);
    expect(text.match(/^\s*#/gm)?.length).toBeGreaterThan(10);
    expect(parse(text)).toEqual({
      llm: { backends: [], retry: { max_attempts: 3, backoff: 'exponential' } },
      gateway: { host: '127.0.0.1', port: 4141, require_key: true },
      network: { proxy: 'env' },
    });
  });

  it('that is broken at the start is reported with line and column, and serve starts all the same', async () => {
    writeConfig(dataDir, broken);
    parley = await startParley({ dataDir });
    const { stderr } = parley.output();
    expect(stderr).toMatch(/^parley: .*parley\.yaml:\d+:\d+: [^\n]+\n$/);
    expect(readLog(dataDir)).toContain('parley.yaml:');
    expect((await fetch(`${parley.url}/health`)).status).toBe(200);
    // The defaults are in force, and they want a key.
    expect((await fetch(`${parley.url}/v1/models`)).status).toBe(401);
    expect(readFileSync(file, 'utf8')).toBe(broken);
  });

  it('that is broken is named by doctor, for people and for programs', async () => {
    const [plain, json] = await Promise.all([
      runParley(['doctor'], { dataDir }),
      runParley(['doctor', '--json'], { dataDir }),
    ]);
    expect(plain.code).toBe(1);
    expect(plain.stderr).toMatch(/^parley: .*parley\.yaml:\d+:\d+: [^\n]+\n$/);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      backends: [{ name: 'eliza', ok: true }],
      config_problem: { file, line: expect.any(Number) as number, column: expect.any(Number) as number },
    });
    expect(readFileSync(file, 'utf8')).toBe(broken);
  });

  it('takes effect as soon as it is mended, without a restart', async () => {
    writeConfig(dataDir, settings('work'));
    expect(await modelsWith('work/model')).toEqual(['work/model']);
    writeConfig(dataDir, settings('work', 'home'));
    expect(await modelsWith('home/model')).toEqual(['work/model', 'home/model']);
  });

  it('that breaks again leaves the last good state in force, said once', async () => {
    const before = parley.output().stderr.length;
    writeConfig(dataDir, `${settings('other')}gatewey: {}\n`);
    const said = await waitFor(() => parley.output().stderr.slice(before) || undefined);
    expect(said).toMatch(
      /^parley: .*parley\.yaml:\d+:\d+: unknown key gatewey [^\n]*did you mean gateway\?\n$/,
    );
    expect(await models()).toEqual(['work/model', 'home/model']);
  });

  it('that is deleted leaves the last good state in force, and is not made anew behind the person', async () => {
    const before = parley.output().stderr.length;
    rmSync(file);
    await waitFor(() => parley.output().stderr.slice(before) || undefined);
    expect(await models()).toEqual(['work/model', 'home/model']);
    expect(existsSync(file)).toBe(false);
    writeConfig(dataDir, settings('anew'));
    expect(await modelsWith('anew/model')).toEqual(['anew/model']);
  });

  it('is obeyed by the front door at once, too', async () => {
    writeConfig(dataDir, settings('work').replace('require_key: false', 'require_key: true'));
    await waitFor(async () => (await fetch(`${parley.url}/v1/models`)).status === 401);
    writeConfig(dataDir, settings('work'));
    expect(await modelsWith('work/model')).toEqual(['work/model']);
  });
});

describe('a script', () => {
  it('that is put into the folder later is used without a restart, mended or not', async () => {
    writeConfig(dataDir, settings('late'));
    expect(await modelsWith('eliza/eliza')).toEqual(['eliza/eliza']); // the demo is back where nothing else answers
    writeScript(dataDir, 'late', 'return {');
    const answer = await waitFor(async () => {
      const { headers } = await fetch(`${parley.url}/v1/models`);
      return headers.get('parley-warnings')?.includes('late.lua') === true ? headers : undefined;
    });
    expect(answer.get('parley-warnings')).toContain('late');
    writeScript(
      dataDir,
      'late',
      'return { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions" }',
    );
    expect(await modelsWith('late/model')).toEqual(['late/model']);
  });
});
