import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import { openCrashLog, readCrashes, readLogTail } from '../../electron/logs/crash-log.ts';

function makeLog() {
  const dir = mkdtempSync(join(tmpdir(), 'parley-crashes-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  let minute = 0;
  const now = (): Date => new Date(Date.UTC(2027, 0, 1, 8, (minute += 1)));
  const folder = join(dir, 'logs');
  return { folder, file: join(folder, 'crashes.jsonl'), log: openCrashLog(folder, '1.2.3', now) };
}

function brokenJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

test('what crashed is there again, newest first, with where it was', () => {
  const { folder, log } = makeLog();
  log.write('main', new TypeError('x is not a function'));
  log.write('gpu', 'GPU ended: crashed (exit code 139)');
  log.write('main', new AppError('internal', 'The archive could not be written; try again.'));
  const [third, second, first] = readCrashes(folder, 20);
  expect(third).toMatchObject({ message: expect.stringContaining('The archive could not be written') });
  expect(second).toEqual({
    at: '2027-01-01T08:02:00.000Z',
    kind: 'gpu',
    message: 'GPU ended: crashed (exit code 139)',
    stack: null,
    version: '1.2.3',
  });
  expect(first).toMatchObject({ kind: 'main', message: 'TypeError: x is not a function' });
  expect(first?.stack).toMatch(/^at .*crash-log\.test\.ts/);
  expect(readCrashes(folder, 1)).toEqual([third]);
});

test('no text of a chat and no key gets into it', () => {
  const { file, log } = makeLog();
  log.write('main', brokenJson('My secret diary, "dear" diary'));
  log.write('main', brokenJson("{it's private}"));
  log.write('main', new Error('refused with sk-proj-abcdefghijklmnop1234'));
  log.write('main', 'Bearer abcdefghijklmnopqrstu');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('SyntaxError');
  for (const word of ['secret', 'diary', 'private', 'abcdefghijklmnop']) expect(text).not.toContain(word);
});

test('the file stays small, a cut line is left out, and dumps are named', () => {
  const { folder, file, log } = makeLog();
  for (let count = 0; count < 1200; count += 1) log.write('main', 'y'.repeat(290));
  expect(readFileSync(file).length).toBeLessThan(300_000);
  expect(readFileSync(`${file}.1`).length).toBeGreaterThan(200_000);
  appendFileSync(file, '{"at": "2027');
  mkdirSync(join(folder, 'dumps', 'completed'), { recursive: true });
  writeFileSync(join(folder, 'dumps', 'completed', 'a.dmp'), '');
  const crashes = readCrashes(folder, 5);
  expect(crashes).toHaveLength(5);
  expect(crashes.filter(({ kind }) => kind === 'dump')).toMatchObject([
    { message: join('dumps', 'completed', 'a.dmp') },
  ]);
});

test('nothing at all is no error', () => {
  expect(readCrashes('/nowhere', 5)).toEqual([]);
  expect(readLogTail('/nowhere/parley.log', 5)).toEqual([]);
});

test('the end of the log has no key in it', () => {
  const { folder } = makeLog();
  mkdirSync(folder);
  const file = join(folder, 'parley.log');
  writeFileSync(file, 'one\ntwo\nthree gsk_abcdefghijklmnopqrs\n');
  expect(readLogTail(file, 2)).toEqual(['two', 'three [key]']);
});
