import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  dataDirDecider,
  readMovedDataDir,
  resolveDataDir,
  writeMovedDataDir,
} from '../../electron/config/data-dir.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-data-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('which directory', () => {
  test('--data-dir, else PARLEY_DATA_DIR, else the platform default', () => {
    const env = { PARLEY_DATA_DIR: join(root, 'env') };
    const platformDefault = join(root, 'platform');
    expect(resolveDataDir({ flag: join(root, 'flag'), env, platformDefault })).toBe(join(root, 'flag'));
    expect(resolveDataDir({ env, platformDefault })).toBe(join(root, 'env'));
    expect(resolveDataDir({ env: { PARLEY_DATA_DIR: '' }, platformDefault })).toBe(platformDefault);
    expect(resolveDataDir({ env: {}, platformDefault })).toBe(platformDefault);
  });

  test('where it was moved to, unless the start says otherwise', () => {
    const platformDefault = join(root, 'platform');
    const dir = join(root, 'moved');
    mkdirSync(dir);
    writeMovedDataDir({ dir, from: platformDefault }, platformDefault);
    expect(readMovedDataDir(platformDefault)).toEqual({ dir, from: platformDefault });
    expect(resolveDataDir({ env: {}, platformDefault })).toBe(dir);
    expect(resolveDataDir({ flag: join(root, 'flag'), env: {}, platformDefault })).toBe(join(root, 'flag'));
    const env = { PARLEY_DATA_DIR: join(root, 'env') };
    expect(resolveDataDir({ env, platformDefault })).toBe(join(root, 'env'));
    expect([dataDirDecider({ env: {} }), dataDirDecider({ env }), dataDirDecider({ flag: '', env })]).toEqual(
      ['usual', 'env', 'flag'],
    );
    // And back again.
    writeMovedDataDir({ dir: platformDefault, from: dir }, platformDefault);
    expect(resolveDataDir({ env: {}, platformDefault })).toBe(platformDefault);
    expect(existsSync(join(platformDefault, 'data-dir.json'))).toBe(false);
  });

  test('a drive that is not plugged in is told of, and nothing is begun in its place', () => {
    const platformDefault = join(root, 'platform');
    const dir = join(root, 'gone');
    writeMovedDataDir({ dir, from: platformDefault }, platformDefault);
    expect(() => resolveDataDir({ env: {}, platformDefault })).toThrow(/moved to .*gone, which is not there/);
    expect(existsSync(dir)).toBe(false);
    writeFileSync(join(platformDefault, 'data-dir.json'), '{ "dir": 3');
    expect(() => resolveDataDir({ env: {}, platformDefault })).toThrow(/cannot be read; mend it/);
  });

  test('a relative path starts from the working directory', () => {
    const flag = relative(process.cwd(), join(root, 'near'));
    expect(resolveDataDir({ flag, env: {} })).toBe(join(root, 'near'));
  });

  test('~ is the home directory, for launchers without a shell', () => {
    const env = { PARLEY_DATA_DIR: `~/${relative(homedir(), join(root, 'tilde'))}` };
    expect(resolveDataDir({ env })).toBe(join(root, 'tilde'));
  });

  test('an empty --data-dir is refused and does not fall back to real data', () => {
    expect(() => resolveDataDir({ flag: ' ', env: {}, platformDefault: root })).toThrow(
      expect.objectContaining({ code: 'data_dir_unwritable' }),
    );
  });
});

describe('making it', () => {
  test('it and its folders belong to their owner alone', () => {
    const dir = resolveDataDir({ flag: join(root, 'a', 'b'), env: {} });
    expect([dir, join(dir, 'providers'), join(dir, 'logs')].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
  });

  test('one that is there keeps its mode, its content and its link', () => {
    chmodSync(root, 0o750);
    writeFileSync(join(root, 'parley.yaml'), 'gateway: {}');
    symlinkSync(root, `${root}-link`);
    try {
      resolveDataDir({ flag: `${root}-link`, env: {} });
      expect(modeOf(root)).toBe(0o750);
      expect(existsSync(join(root, 'parley.yaml'))).toBe(true);
      expect(statSync(join(root, 'logs')).isDirectory()).toBe(true);
    } finally {
      rmSync(`${root}-link`);
    }
  });
});

describe('one that cannot be used', () => {
  test.each([
    ['a file in its place', 'taken'],
    ['a file above it', 'taken/below'],
  ])('%s is data_dir_unwritable', (_name, path) => {
    writeFileSync(join(root, 'taken'), 'precious');
    expect(() => resolveDataDir({ flag: join(root, path), env: {} })).toThrow(
      expect.objectContaining({
        code: 'data_dir_unwritable',
        message: `The data directory ${join(root, path)} cannot be used, there is a file where a folder is needed; make it writable or choose another with --data-dir or PARLEY_DATA_DIR.`,
      }),
    );
  });

  test.skipIf(process.platform === 'win32')('a read-only one is data_dir_unwritable', () => {
    asOrdinaryUser(() => {
      chmodSync(root, 0o500);
      expect(() => resolveDataDir({ flag: root, env: {} })).toThrow(
        expect.objectContaining({
          code: 'data_dir_unwritable',
          message: expect.stringContaining('it is not writable; make it writable or choose another'),
        }),
      );
    });
  });
});

/** Root may write everywhere, so as root the test steps down for a moment. */
function asOrdinaryUser(check: () => void): void {
  if (process.geteuid?.() !== 0) return check();
  const nobody = 65_534;
  chownSync(root, nobody, nobody);
  process.seteuid?.(nobody);
  try {
    check();
  } finally {
    process.seteuid?.(0);
  }
}
