import { describe, expect, test } from 'vitest';

import { createBatch } from '../../renderer/features/thread/create-batch.ts';
import { groupMembers } from '../../renderer/features/thread/group-members.ts';
import { answeringModel, tokensPerSecond } from '../../renderer/features/thread/number-facts.ts';
import { message } from './message-fixture.ts';

describe('groupMembers', () => {
  const one = message({ id: 'one', group_id: 'g' });
  const two = message({ id: 'two', group_id: 'g' });
  const twoAgain = message({ id: 'two-again', group_id: 'g', replaces_id: 'two' });
  const twoMore = message({ id: 'two-more', group_id: 'g', replaces_id: 'two-again' });
  const other = message({ id: 'other', group_id: 'another' });
  const all = [one, two, other, twoAgain, twoMore, message({ id: 'alone' })];
  const idsOf = (shown: string) => groupMembers(all, 'g', shown).map(({ id }) => id);

  test('are the newest versions, each in the place of its first', () => {
    expect(idsOf('one')).toEqual(['one', 'two-more']);
  });

  test('hold the version that is shown in the thread, whichever it is', () => {
    expect(idsOf('two')).toEqual(['one', 'two']);
    expect(idsOf('two-again')).toEqual(['one', 'two-again']);
  });

  test('survive versions that name each other', () => {
    const loop = [
      message({ id: 'a', group_id: 'g', replaces_id: 'b' }),
      message({ id: 'b', group_id: 'g', replaces_id: 'a' }),
    ];
    expect(groupMembers(loop, 'g', 'a').length).toBeGreaterThan(0);
  });
});

describe('the speed of an answer', () => {
  test('is measured from its first token', () => {
    expect(tokensPerSecond({ output_tokens: 100, first_token_ms: 500, duration_ms: 2_500 })).toBe(50);
  });

  test.each([
    [{ output_tokens: null, first_token_ms: 500, duration_ms: 2_500 }],
    [{ output_tokens: 100, first_token_ms: null, duration_ms: 2_500 }],
    [{ output_tokens: 100, first_token_ms: 500, duration_ms: null }],
    [{ output_tokens: 100, first_token_ms: 500, duration_ms: 500 }],
  ])('is unknown for %j', numbers => {
    expect(tokensPerSecond(numbers)).toBeNull();
  });
});

test.each([
  ['groq', 'groq/llama', 'llama', 'groq/llama'],
  ['groq', 'fast', 'llama', 'groq/llama'],
  ['groq', 'groq/llama', 'llama-3.3-0525', 'groq/llama-3.3-0525'],
  ['groq', 'groq/llama', null, 'groq/llama'],
])('%s asked for %s, answered by %s, is %s', (backend, model_asked, model_answered, expected) => {
  expect(answeringModel({ backend, model_asked, model_answered })).toBe(expected);
});

describe('createBatch', () => {
  function setUp() {
    const asked: string[][] = [];
    const runs: (() => void)[] = [];
    const ask = createBatch(
      keys => {
        asked.push([...keys]);
        if (keys.includes('bad')) return Promise.reject(new Error('no'));
        return Promise.resolve(new Map(keys.filter(key => key !== 'none').map(key => [key, `${key}!`])));
      },
      run => runs.push(run),
    );
    const flush = () => {
      for (const run of runs.splice(0)) run();
    };
    return { ask, asked, flush };
  }

  test('joins what is asked in one moment, the same key once', async () => {
    const { ask, asked, flush } = setUp();
    const answers = Promise.all([ask('a'), ask('b'), ask('a'), ask('none')]);
    flush();
    expect(await answers).toEqual(['a!', 'b!', 'a!', null]);
    expect(asked).toEqual([['a', 'b', 'none']]);
    const again = ask('a');
    flush();
    expect(await again).toBe('a!');
    expect(asked).toHaveLength(2);
  });

  test('splits what is too much for one question', async () => {
    const { ask, asked, flush } = setUp();
    const answers = Promise.all(Array.from({ length: 600 }, (_, index) => ask(String(index))));
    flush();
    expect(await answers).toHaveLength(600);
    expect(asked.map(keys => keys.length)).toEqual([500, 100]);
  });

  test('hands a failure to all who asked, and goes on afterwards', async () => {
    const { ask, flush } = setUp();
    const [good, bad] = [ask('good'), ask('bad')];
    flush();
    await expect(good).rejects.toThrow('no');
    await expect(bad).rejects.toThrow('no');
    const next = ask('good');
    flush();
    expect(await next).toBe('good!');
  });
});
