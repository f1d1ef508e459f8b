import { describe, expect, test } from 'vitest';

import type { Outlines } from '../../electron/contract/outlines.ts';
import { openingIds } from '../../electron/store/opening-ids.ts';

type Tree = Pick<Outlines, 'ids' | 'parents' | 'statuses'>;

const chain = (count: number): Tree => ({
  ids: Array.from({ length: count }, (_, index) => `m${String(index)}`),
  parents: Array.from({ length: count }, (_, index) => index - 1),
  statuses: {},
});

const grown = ({ ids, parents, statuses }: Tree, id: string, parent: number): Tree => ({
  ids: [...ids, id],
  parents: [...parents, parent],
  statuses,
});

describe('openingIds', () => {
  test('the newest of the shown branch are read, with their siblings', () => {
    const ids = openingIds(grown(chain(500), 'other', 490), 'm499');
    expect(ids).toHaveLength(41);
    expect(ids.at(0)).toBe('m460');
    expect(ids).toContain('other');
  });

  test('another branch is read from its own end, and what streams anywhere', () => {
    const tree = { ...grown(chain(500), 'live', 10), statuses: { 500: 'streaming' as const } };
    const ids = openingIds(tree, 'm200');
    expect(ids).toContain('m200');
    expect(ids).toContain('live');
    expect(ids).not.toContain('m499');
  });

  test('a leaf that is not there gives the newest message', () => {
    expect(openingIds(chain(500), null).at(-1)).toBe('m499');
    expect(openingIds({ ids: [], parents: [], statuses: {} }, null)).toEqual([]);
  });

  test('a tree with a cycle does not hang', () => {
    const tree = chain(500);
    tree.parents[300] = 310;
    expect(openingIds(tree, 'm305').length).toBeGreaterThan(0);
  });
});
