import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TestContext } from 'vitest';

import { sseText, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  removeDir,
  runParley,
  startParley,
  waitFor,
  waitForCalls,
  writeConfig,
  writePlainScript,
} from '../support/start-parley.ts';
import type { ParleyRun } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** nobody: for whom, unlike for root, permissions count. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

function makeDir(mode = 0o755): string {
  const dir = makeDataDir();
  chmodSync(dir, mode);
  onTestFinished(() => removeDir(dir));
  return dir;
}

/** Runs as somebody for whom permissions count. */
async function runUnprivileged(context: TestContext, args: string[], dataDir: string): Promise<ParleyRun> {
  context.skip(process.platform === 'win32', 'SKIPPED: Windows has other permissions');
  if (isRoot && !canRunAs(nobody)) context.skip('SKIPPED: the user nobody may not read the sources here');
  return runParley(args, { dataDir, ...(isRoot ? { uid: nobody } : {}) });
}

function canRunAs(uid: number): boolean {
  const sources = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
  try {
    execFileSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(sources)})`], {
      uid,
      gid: uid,
      cwd: '/',
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function mountSmallDisk(context: TestContext, size: string): string {
  const dir = join(makeDir(), 'disk');
  mkdirSync(dir);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir], { stdio: 'pipe' });
  } catch {
    context.skip('SKIPPED: a small disk can only be made here by root, on Linux');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', dir]));
  return dir;
}

/** Fills the disk to the last byte; returns what makes room again. */
function fillDisk(dir: string): () => void {
  const filler = join(dir, 'filler');
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full for pieces of this size.
    }
  }
  return () => rmSync(filler);
}

/** What it refused with; checks that this is all it printed. */
function refusal({ code, stdout, stderr }: ParleyRun): string {
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^parley: [^\n]+\n$/);
  return stderr;
}

describe('a data directory without the rights', () => {
  for (const args of [
    ['serve', '--port', '0'],
    ['keys', 'list'],
  ]) {
    it(`is not writable: one sentence that names it (${args.join(' ')})`, async context => {
      const dir = makeDir(0o555);
      expect(refusal(await runUnprivileged(context, args, dir))).toMatch(
        new RegExp(`The data directory ${dir} cannot be used.*--data-dir`),
      );
      expect(readdirSync(dir)).toEqual([]);
    });
  }

  it('cannot be made in its parent', async context => {
    const parent = makeDir(0o555);
    expect(refusal(await runUnprivileged(context, ['keys', 'list'], join(parent, 'data')))).toMatch(
      /cannot be used/,
    );
    expect(existsSync(join(parent, 'data'))).toBe(false);
  });

  it('has a database of somebody else', async context => {
    const dir = makeDir(0o777);
    const file = join(dir, 'parley.db');
    writeFileSync(file, '');
    chmodSync(file, isRoot ? 0o600 : 0o400);
    if (isRoot) chownSync(file, 0, 0);
    expect(refusal(await runUnprivileged(context, ['keys', 'list'], dir))).toMatch(
      /may not write .*parley\.db/,
    );
  });

  it('is a file', async () => {
    const file = join(makeDir(), 'file');
    writeFileSync(file, 'mine');
    expect(refusal(await runParley(['serve', '--port', '0'], { dataDir: file }))).toMatch(
      /there is a file where a folder is needed/,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe('a full disk', () => {
  it('is said in one sentence by a first start', async context => {
    const dir = mountSmallDisk(context, '256k');
    fillDisk(dir);
    for (const args of [
      ['serve', '--port', '0'],
      ['keys', 'list'],
    ]) {
      expect(refusal(await runParley(args, { dataDir: join(dir, 'data') }))).toMatch(/disk.* is full/);
    }
  });

  it('loses nothing that was saved, and what is refused works once there is room', async context => {
    const dir = mountSmallDisk(context, '1m');
    expect((await runParley(['keys', 'create', 'before'], { dataDir: dir })).code).toBe(0);
    const makeRoom = fillDisk(dir);
    expect(refusal(await runParley(['keys', 'create', 'refused', '--json'], { dataDir: dir }))).toMatch(
      /disk.* is full/,
    );
    makeRoom();
    expect((await runParley(['keys', 'create', 'after'], { dataDir: dir })).code).toBe(0);
    const { stdout } = await runParley(['keys', 'list', '--json'], { dataDir: dir });
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(['before', 'after']);
  });

  it('does not end an answer that is under way, and its call is recorded once there is room', async context => {
    const dir = mountSmallDisk(context, '1m');
    let finish = (): void => undefined;
    const upstream = await startUpstream((_request, response) => {
      const chunks = textChunks(['Half', ' and half']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(chunks.slice(0, 2), false));
      finish = () => void response.end(sseText(chunks.slice(2)));
    });
    onTestFinished(() => upstream.close());
    mkdirSync(join(dir, 'providers'));
    writePlainScript(dir);
    writeConfig(
      dir,
      `llm: { backends: [{ name: up, type: plain, url: "${upstream.url}", api_key: sk-up-0123456789 }] }\ngateway: { require_key: false }\n`,
    );
    const parley = await startParley({ dataDir: dir });
    onTestFinished(async () => void (await parley.stop('SIGKILL')));
    const answer = await fetch(`${parley.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'up/m', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    const makeRoom = fillDisk(dir);
    finish();
    const text = await answer.text();
    expect(text).toContain(' and half');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(await waitFor(() => parley.output().stderr || undefined)).toMatch(
      /^parley: [^\n]*disk[^\n]* is full[^\n]*\n/,
    );
    expect((await fetch(`${parley.url}/health`)).status).toBe(200);
    makeRoom();
    expect(await waitForCalls(dir, 'up/m')).toMatchObject([
      { status: 'ok', input_tokens: 7, output_tokens: 3 },
    ]);
    expect(await parley.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('a database that is damaged', () => {
  it.each([
    [['serve', '--port', '0', '--json']],
    [['keys', 'list']],
    [['usage', '--json']],
    [['doctor', '--json']],
  ])('is named, left as it is, and nothing runs on it: %j', async args => {
    const dir = makeDir();
    const file = join(dir, 'parley.db');
    const text = 'These are not the rows you are looking for. '.repeat(200);
    writeFileSync(file, text);
    const run = await runParley(args, { dataDir: dir });
    expect(refusal(run)).toMatch(/cannot be used/);
    expect(run.stderr).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
