import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import type { AppError } from '../../../electron/contract/errors.ts';
import type { CallDetails } from '../../../electron/contract/inspector.ts';
import { createCallArchive } from '../../../electron/gateway/inspector/call-archive.ts';
import type { ArchiveDeps } from '../../../electron/gateway/inspector/call-archive.ts';
import { createInspector } from '../../../electron/gateway/inspector/inspector.ts';
import { makeDataDir, makeEnd, makeStart } from '../../store/test-store.ts';

const key = 'sk-upstream-0123456789';

function makeCall(id: string, startedAt = '2026-03-15T12:00:00.000Z'): CallDetails {
  const inspector = createInspector();
  inspector.begin(makeStart({ id, started_at: startedAt }));
  const request = {
    method: 'POST',
    url: 'https://x/v1',
    headers: { authorization: key },
    body: `{"k":"${key}"}`,
    key,
  };
  inspector.sent(id, { number: 1, backend: 'groq', model: 'llama' }, request).data(Buffer.from('Hello é'));
  inspector.end(makeEnd(id));
  return inspector.get(id)!; // begun just now
}

function setUp(changes: Partial<ArchiveDeps> = {}) {
  const dir = join(makeDataDir(), 'inspector');
  const problems: AppError[] = [];
  const archive = createCallArchive({
    dir,
    settings: () => ({ keep_bodies: true, keep_days: 7 }),
    onProblem: error => problems.push(error),
    now: () => new Date('2026-03-15T12:00:00.000Z'),
    ...changes,
  });
  return { dir, problems, archive };
}

test('a call is kept in a file of its own that only its owner may read, without keys', async () => {
  const { archive, dir } = setUp();
  const call = makeCall('0198-a');
  archive.save(call);
  expect(await archive.find('0198-a')).toEqual({ ...call, is_kept: true });
  const file = join(dir, '2026-03-15', '0198-a.json.gz');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(dir, '2026-03-15')).mode & 0o777).toBe(0o700);
  const text = gunzipSync(readFileSync(file)).toString();
  expect(text).toContain('Hello é');
  expect(text).not.toContain(key);
});

test('nothing is written where nothing is saved, and what is not there is not found', async () => {
  const { archive, dir, problems } = setUp({ settings: () => ({ keep_bodies: false, keep_days: 7 }) });
  expect(archive.isOn()).toBe(false);
  expect(await archive.find('0198-a')).toBeUndefined();
  await archive.close();
  expect([existsSync(dir), problems]).toEqual([false, []]);
});

test('an id that is none cannot lead out of the folder', async () => {
  const { archive, dir } = setUp();
  archive.save(makeCall('a'));
  await archive.close();
  writeFileSync(join(dir, '..', 'secret.json.gz'), 'x');
  for (const id of ['../../secret', '..', '', 'a/../a', 'x'.repeat(65), 'a\0']) {
    expect(await archive.find(id)).toBeUndefined();
  }
});

test('days that are over go, at the start and with the first call of a new day; nothing else does', async () => {
  let today = new Date('2026-03-15T12:00:00.000Z');
  const { archive, dir } = setUp({ now: () => today });
  await archive.close();
  for (const name of ['2026-03-07', '2026-03-08', '2026-03-15', 'notes', '2026-03-01.txt']) {
    mkdirSync(join(dir, name), { recursive: true });
  }
  const again = setUp({ dir, now: () => today }).archive;
  await again.close();
  expect(readdirSync(dir).sort()).toEqual(['2026-03-01.txt', '2026-03-08', '2026-03-15', 'notes']);
  today = new Date('2026-03-16T00:00:01.000Z');
  again.save(makeCall('b', '2026-03-16T00:00:00.000Z'));
  await again.close();
  expect(readdirSync(dir).sort()).toEqual(['2026-03-01.txt', '2026-03-15', '2026-03-16', 'notes']);
});

test('a damaged file says so', async () => {
  const { archive, dir } = setUp();
  archive.save(makeCall('a'));
  await archive.close();
  writeFileSync(join(dir, '2026-03-15', 'a.json.gz'), 'not gzip');
  await expect(archive.find('a')).rejects.toMatchObject({ code: 'not_found' });
});

test('a disk that refuses is told of once, until it takes something again', async () => {
  const { archive, dir, problems } = setUp();
  await archive.close();
  writeFileSync(dir, 'in the way');
  archive.save(makeCall('a'));
  archive.save(makeCall('b'));
  await archive.close();
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^A call could not be kept for the inspector: .*keep_bodies off\.$/),
  ]);
});
