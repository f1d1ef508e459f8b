import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { watchScripts } from '../electron/watch-scripts.ts';

let home: string;
let dir: string;
let changes = 0;
let watcher: { close(): void };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'parley-watch-'));
  dir = join(home, 'providers');
  mkdirSync(join(dir, 'models'), { recursive: true });
  writeFileSync(join(dir, 'acme.lua'), '1');
  writeFileSync(join(dir, 'models', 'acme.json'), '1');
  changes = 0;
  watcher = watchScripts(dir, () => (changes += 1), { quietMs: 30, pollMs: 200 });
  await sleep(300); // a first look has been had
});

afterEach(() => {
  watcher.close();
  rmSync(home, { recursive: true, force: true });
});

/** Whether it is told, after all that was done before. */
async function isTold(act: () => void): Promise<boolean> {
  while (await changesMeanwhile(500));
  act();
  for (let attempt = 0; attempt < 100; attempt += 1) if (await changesMeanwhile(100)) return true;
  return false;
}

async function changesMeanwhile(milliseconds: number): Promise<boolean> {
  const before = changes;
  await sleep(milliseconds);
  return changes > before;
}

describe('the folder of scripts', () => {
  it.each([
    ['a script changes', () => writeFileSync(join(dir, 'acme.lua'), '2')],
    ['a script comes', () => writeFileSync(join(dir, 'new.lua'), '1')],
    ['a script goes', () => rmSync(join(dir, 'acme.lua'))],
    ['a list of models changes', () => writeFileSync(join(dir, 'models', 'acme.json'), '2')],
    ['grants change', () => writeFileSync(join(dir, '.approved.json'), '{}')],
    [
      'an editor replaces the file',
      () => {
        writeFileSync(join(home, 'swap'), '2');
        renameSync(join(home, 'swap'), join(dir, 'acme.lua'));
      },
    ],
  ])('tells when %s', async (_what, act) => {
    expect(await isTold(act)).toBe(true);
  });

  it('tells when it is deleted, and is followed again when it comes back', async () => {
    expect(await isTold(() => rmSync(dir, { recursive: true }))).toBe(true);
    expect(
      await isTold(() => {
        mkdirSync(join(dir, 'models'), { recursive: true });
        writeFileSync(join(dir, 'acme.lua'), '1');
      }),
    ).toBe(true);
    expect(await isTold(() => writeFileSync(join(dir, 'acme.lua'), '3'))).toBe(true);
    expect(await isTold(() => writeFileSync(join(dir, 'models', 'acme.json'), '3'))).toBe(true);
  });

  it('tells when it is moved away and back', async () => {
    expect(await isTold(() => renameSync(dir, join(home, 'aside')))).toBe(true);
    expect(await isTold(() => renameSync(join(home, 'aside'), dir))).toBe(true);
    expect(await isTold(() => writeFileSync(join(dir, 'acme.lua'), '3'))).toBe(true);
  });

  it('need not be there yet', async () => {
    watcher.close();
    const other = join(home, 'later');
    watcher = watchScripts(other, () => (changes += 1), { quietMs: 30, pollMs: 200 });
    expect(
      await isTold(() => {
        mkdirSync(other);
        writeFileSync(join(other, 'a.lua'), '1');
      }),
    ).toBe(true);
  });

  it('tells nothing once it is closed', async () => {
    watcher.close();
    writeFileSync(join(dir, 'acme.lua'), '2');
    await sleep(600);
    expect(changes).toBe(0);
  });
});
