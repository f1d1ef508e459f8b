import { describe, expect, test } from 'vitest';

import { openingIds } from '../../electron/store/opening-ids.ts';

const chain = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `m${String(index)}`,
    parent_id: index === 0 ? null : `m${String(index - 1)}`,
    status: 'complete' as const,
  }));

describe('openingIds', () => {
  test('a short chat is read whole', () => {
    expect(openingIds(chain(100), 'm99')).toHaveLength(100);
  });

  test('of a long one the newest of the shown branch are read, with their siblings', () => {
    const messages = [...chain(500), { id: 'other', parent_id: 'm490', status: 'complete' as const }];
    const ids = openingIds(messages, 'm499');
    expect(ids).toHaveLength(41);
    expect(ids.at(0)).toBe('m460');
    expect(ids).toContain('other');
  });

  test('another branch is read from its own end, and what streams anywhere', () => {
    const messages: { id: string; parent_id: string | null; status: 'complete' | 'streaming' }[] = [
      ...chain(500),
      { id: 'live', parent_id: 'm10', status: 'streaming' },
    ];
    const ids = openingIds(messages, 'm200');
    expect(ids).toContain('m200');
    expect(ids).toContain('live');
    expect(ids).not.toContain('m499');
  });

  test('a tree with a cycle does not hang', () => {
    const messages = chain(500);
    messages[300] = { id: 'm300', parent_id: 'm310', status: 'complete' };
    expect(openingIds(messages, 'm305').length).toBeGreaterThan(0);
  });
});
