import { expect, test, vi } from 'vitest';

import { createColouring } from '../../renderer/ui/code/use-highlight.ts';

const lines = [[{ text: 'x', color: undefined, style: 0 }]];

test('code that has ended is coloured at once, not after the pause of code that grows', async () => {
  vi.useFakeTimers();
  try {
    const highlight = vi.fn(() => Promise.resolve(lines));
    const shown: string[] = [];
    const want = createColouring(({ code }) => shown.push(code), highlight);
    const settle = () => vi.advanceTimersByTimeAsync(0);

    want({ code: 'let a', language: 'typescript', isGrowing: true });
    await settle();
    want({ code: 'let a = 1', language: 'typescript', isGrowing: true });
    await settle();
    expect(shown).toEqual(['let a']);

    want({ code: 'let a = 1;', language: 'typescript', isGrowing: false });
    await settle();
    expect(shown).toEqual(['let a', 'let a = 1;']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(highlight).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});

test('code that ends while it is being coloured is coloured again without a pause', async () => {
  vi.useFakeTimers();
  try {
    const waiting: (() => void)[] = [];
    const highlight = () => new Promise<typeof lines>(resolve => waiting.push(() => resolve(lines)));
    const shown: string[] = [];
    const want = createColouring(({ code }) => shown.push(code), highlight);

    want({ code: 'let b', language: 'typescript', isGrowing: true });
    want({ code: 'let b = 2;', language: 'typescript', isGrowing: false });
    waiting[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    waiting[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(shown).toEqual(['let b', 'let b = 2;']);
  } finally {
    vi.useRealTimers();
  }
});
