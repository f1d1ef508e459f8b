import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { readArrivals } from '../../electron/window/read-arrivals.ts';
import { argsAgain, isTooLongToHand, readLaunch } from '../../electron/window/read-launch.ts';

test('links, scripts and switches are found among those of Chromium', () => {
  const args = [
    '--no-sandbox',
    '.',
    '--data-dir',
    'my.lua',
    '--hidden',
    'groq.lua',
    'parley://open?page=usage',
    '--proxy-server=parley://x',
    'notes.txt',
  ];
  expect(readLaunch(args, '/work')).toEqual({
    dataDir: 'my.lua',
    safe: false,
    hidden: true,
    atLogin: false,
    links: ['parley://open?page=usage'],
    scripts: [resolve('/work/groq.lua')],
  });
  expect(readLaunch(['--safe', '--at-login', '--data-dir'], '/')).toMatchObject({
    dataDir: '',
    safe: true,
    atLogin: true,
  });
  // What a website can put into a link stays one word, and a switch in it is none.
  expect(readLaunch(['parley://open?page=usage --data-dir=/tmp/x'], '/')).toMatchObject({
    dataDir: undefined,
    links: ['parley://open?page=usage --data-dir=/tmp/x'],
  });
});

test('another start is asked for the same, without what was meant once', () => {
  const args = ['.', '--data-dir', 'x.lua', '--hidden', '--safe', 'groq.lua', 'parley://open?page=usage'];
  // Chromium would take a value of its own word away from its switch.
  expect(argsAgain(args)).toEqual(['.', '--data-dir=x.lua', '--safe']);
  expect(readLaunch(argsAgain(args), '/')).toMatchObject({ dataDir: 'x.lua', safe: true, scripts: [] });
  expect(argsAgain(argsAgain(args))).toEqual(argsAgain(args));
});

test('what Chromium could not hand to a running Parley is known before it tries', () => {
  const link = (length: number): string[] => ['.', `parley://import?source=${'x'.repeat(length)}`];
  expect(isTooLongToHand(link(5900))).toBe(false);
  expect(isTooLongToHand(link(6001))).toBe(true);
  // Bytes count.
  expect(isTooLongToHand(link(0).concat('\u6587'.repeat(2001)))).toBe(true);
});

test('a script somebody opens is read up to its size, and what is no file is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-launch-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const scripts = [
    file('own.lua', 'return {}'),
    file('large.lua', '-'.repeat(1_000_001)),
    join(folder, 'none.lua'),
    folder,
  ];
  expect(readArrivals({ links: ['parley://nowhere'], scripts })).toEqual([
    { type: 'refused', reason: 'unknown' },
    { type: 'import_source', file_name: 'own.lua', source: 'return {}' },
    { type: 'refused', reason: 'too_large' },
    { type: 'refused', reason: 'no_file' },
    { type: 'refused', reason: 'no_file' },
  ]);
});
