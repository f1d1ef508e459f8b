import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createUpdater } from '../../electron/window/updater.ts';
import type { UpdateSource } from '../../electron/window/updater.ts';

const hour = 60 * 60 * 1000;
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-updates-'));
  vi.useFakeTimers({ now: new Date('2027-01-01T08:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

function makeUpdater(change: Partial<UpdateSource> = {}) {
  const source = {
    installs: true,
    check: vi.fn(() => Promise.resolve<string | null>('1.2.0')),
    download: vi.fn((_onProgress: (share: number) => void) => Promise.resolve()),
    install: vi.fn(),
    ...change,
  };
  const stateFile = join(dir, 'desktop', 'updates.json');
  return { source, stateFile, ...createUpdater({ source, stateFile }) };
}

describe('asking for newer versions', () => {
  it('asks once a day while that is wished, also over restarts, and downloads nothing', async () => {
    const first = makeUpdater();
    first.start(() => 'ask');
    await vi.advanceTimersByTimeAsync(30 * 60 * 1000);
    expect(first.source.check).toHaveBeenCalledTimes(1);
    first.close();
    const second = makeUpdater();
    second.start(() => 'ask');
    await vi.advanceTimersByTimeAsync(20 * hour);
    expect(second.source.check).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(6 * hour);
    expect(second.source.check).toHaveBeenCalledTimes(1);
    second.close();
    for (const { source } of [first, second]) {
      expect(source.download).not.toHaveBeenCalled();
      expect(source.install).not.toHaveBeenCalled();
    }
  });

  it('never asks by itself where it is switched off, and still does when told to', async () => {
    const updater = makeUpdater();
    const { source, desk } = updater;
    updater.start(() => 'off');
    await vi.advanceTimersByTimeAsync(50 * hour);
    expect(source.check).not.toHaveBeenCalled();
    expect(await desk.check()).toMatchObject({ status: 'available', version: '1.2.0' });
    updater.close();
  });

  it('keeps nothing but the time of the last question', async () => {
    const { desk, stateFile } = makeUpdater();
    await desk.check();
    expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toEqual({ checked_at: '2027-01-01T08:00:00.000Z' });
  });

  it('asks once for two who ask at the same time', async () => {
    const { source, desk } = makeUpdater();
    const [one, other] = await Promise.all([desk.check(), desk.check()]);
    expect(one).toEqual(other);
    expect(source.check).toHaveBeenCalledTimes(1);
  });

  it('says why there is nobody to ask', async () => {
    const updater = createUpdater({ source: 'It runs from source.', stateFile: join(dir, 'u.json') });
    updater.start(() => 'ask');
    expect(vi.getTimerCount()).toBe(0);
    expect(await updater.desk.check()).toMatchObject({
      status: 'unavailable',
      reason: 'It runs from source.',
    });
  });
});

describe('taking a newer version', () => {
  it('downloads when told to, tells how far it is, and installs when told to', async () => {
    const seen: (number | null)[] = [];
    const { source, desk } = makeUpdater({
      download: vi.fn(async onProgress => {
        onProgress(0.5);
        await Promise.resolve();
      }),
    });
    desk.onChange(() => seen.push(desk.state().progress));
    desk.install();
    await desk.check();
    expect(await desk.download()).toMatchObject({ status: 'ready', version: '1.2.0' });
    expect(seen).toContain(0.5);
    expect(source.install).not.toHaveBeenCalled();
    desk.install();
    expect(source.install).toHaveBeenCalledTimes(1);
    // What is downloaded stays so, whoever asks again.
    expect((await desk.check()).status).toBe('ready');
  });

  it('only tells where it cannot put itself in its own place', async () => {
    const { source, desk } = makeUpdater({ installs: false });
    await desk.check();
    expect(await desk.download()).toMatchObject({ status: 'available', installs: false });
    expect(source.download).not.toHaveBeenCalled();
  });
});

describe('failures', () => {
  it.each([
    [
      'net::ERR_INTERNET_DISCONNECTED\n  at x',
      /cannot be reached \(net::ERR_INTERNET_DISCONNECTED\)\. Try again later\.$/,
    ],
    ['getaddrinfo ENOTFOUND updates.example', /cannot be reached/],
    ['sha512 checksum mismatch, expected a, got b', /not what was announced, and was thrown away/],
    [
      `HttpError: 404\n${'x'.repeat(5000)}`,
      /^Newer versions could not be looked for: HttpError: 404\. Try again later\.$/,
    ],
  ])('says %j in one sentence', async (message, sentence) => {
    const { desk } = makeUpdater({ check: () => Promise.reject(new Error(message)) });
    const { status, reason } = await desk.check();
    expect(status).toBe('failed');
    expect(reason).toMatch(sentence);
    expect(reason?.length).toBeLessThan(260);
  });

  it('can be tried again after one', async () => {
    const check = vi.fn().mockRejectedValueOnce(new Error('net::ERR_X')).mockResolvedValueOnce(null);
    const { desk } = makeUpdater({ check });
    expect((await desk.check()).status).toBe('failed');
    expect(await desk.check()).toMatchObject({ status: 'current', reason: null });
  });
});
