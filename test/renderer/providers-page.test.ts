import { zipSync, strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';

import type { BackendCheck } from '../../electron/contract/backends.ts';
import { checkSteps, moveName } from '../../renderer/features/providers/backend-state.ts';
import { diffLines, foldSame } from '../../renderer/features/providers/diff-lines.ts';
import { readPackage } from '../../renderer/features/providers/read-package.ts';

const check = (fields: Partial<BackendCheck>): BackendCheck => ({
  name: 'a',
  type: 'a',
  title: 'A',
  script: 'user',
  script_file: null,
  base_url: null,
  enabled: true,
  demo: false,
  needs_key: true,
  key: null,
  key_error: null,
  script_error: null,
  ok: false,
  error: null,
  reachable: null,
  models: null,
  latency_ms: null,
  ...fields,
});

const states = (found: BackendCheck | null, isDone: boolean) =>
  checkSteps(found, isDone).map(({ state }) => state);

describe('the steps of a test', () => {
  it('go on one by one and end where it failed', () => {
    const error = { code: 'no_api_key', message: 'No key.' } as const;
    expect(states(null, false)).toEqual(['running', 'waiting', 'waiting', 'waiting']);
    expect(states(check({}), false)).toEqual(['done', 'done', 'running', 'waiting']);
    expect(states(check({ latency_ms: 3 }), false)).toEqual(['done', 'done', 'done', 'running']);
    expect(states(check({ latency_ms: 3, error: 'x' }), true)).toEqual(['done', 'done', 'done', 'failed']);
    expect(states(check({ key_error: error, error: 'x' }), true)).toEqual([
      'done',
      'failed',
      'waiting',
      'waiting',
    ]);
    expect(states(check({ ok: true, latency_ms: 3, models: 1 }), true)).toEqual([
      'done',
      'done',
      'done',
      'done',
    ]);
  });
});

it('a name is moved within the list, never out of it', () => {
  expect(moveName(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b']);
  expect(moveName(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a']);
  expect(moveName(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c']);
});

describe('what changed between two scripts', () => {
  it('is told line by line, from which both can be read', () => {
    const before = 'a\nb\nc\nd';
    const after = 'a\nc\nx\nd\ne';
    const lines = diffLines(before, after);
    const textOf = (without: string) =>
      lines
        .filter(({ type }) => type !== without)
        .map(({ text }) => text)
        .join('\n');
    expect([textOf('added'), textOf('removed')]).toEqual([before, after]);
    expect(lines.filter(({ type }) => type === 'same').map(({ text }) => text)).toEqual(['a', 'c', 'd']);
  });

  it('stands with some lines around it, and the rest is left out', () => {
    const long = Array.from({ length: 40 }, (_, index) => `line ${String(index)}`);
    const folded = foldSame(diffLines(long.join('\n'), long.with(20, 'other').join('\n')));
    expect(folded[0]).toBeNull();
    expect(folded.at(-1)).toBeNull();
    expect(folded.filter(line => line !== null).map(({ text }) => text)).toEqual([
      ...long.slice(17, 20),
      'line 20',
      'other',
      ...long.slice(21, 24),
    ]);
  });
});

describe('an archive', () => {
  const zip = (entries: Record<string, string>) =>
    new File(
      [
        zipSync(
          Object.fromEntries(Object.entries(entries).map(([path, text]) => [path, strToU8(text)])),
        ).slice(),
      ],
      'pack.zip',
    );

  it('gives each script the data beside it, and nothing that is hidden or no script', async () => {
    const file = zip({
      'p/one.lua': 'return {}',
      'p/models/one.json': '[]',
      'q/two.lua': 'return {}',
      '__MACOSX/p/one.lua': 'junk',
      'p/.hidden.json': '{}',
      'p/run.sh': 'rm -rf',
    });
    await expect(readPackage([{ path: 'pack.zip', file }])).resolves.toEqual({
      scripts: [
        { file_name: 'one.lua', source: 'return {}', files: { 'models/one.json': '[]' } },
        { file_name: 'two.lua', source: 'return {}', files: {} },
      ],
      refusals: [],
    });
  });

  it('that is broken, or holds no script or a huge one, is refused', async () => {
    const broken = new File(['no archive'], 'pack.zip');
    const huge = zip({ 'big.lua': ' '.repeat(1_000_001) });
    for (const file of [broken, zip({ 'readme.txt': 'hi' }), huge]) {
      const { scripts, refusals } = await readPackage([{ path: 'pack.zip', file }]);
      expect([scripts.length, refusals.length]).toEqual([0, 1]);
    }
  });
});
