import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, describe, expect, it } from 'vitest';

import type { Block } from '../../electron/contract/message.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import {
  estimateTexts as estimateBy,
  estimateTokens as estimateRequestBy,
} from '../../electron/engine/estimate-tokens.ts';
import { createTextCounter } from '../../electron/engine/text-counter.ts';
import { findResources } from '../../electron/resources.ts';

const { tokenWorkerFile } = findResources();
const counter = createTextCounter(tokenWorkerFile);
afterAll(() => counter.close());

const estimateTexts = (texts: readonly string[], model: string): Promise<number> =>
  estimateBy(texts, model, counter);

const guide = readFileSync(join(import.meta.dirname, '../../docs/providers.md'), 'utf8');

const ask = (content: Block[], more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [{ role: 'user', content }],
  options: {},
  stream: false,
  ...more,
});
const text = (said: string): Block => ({ type: 'text', text: said });

describe('a text', () => {
  it('is counted as the tokenizer counts it, nearly', async () => {
    const exact = encode(guide).length;
    const estimated = await estimateTexts([guide], 'gpt-5');
    expect(Math.abs(estimated - exact)).toBeLessThan(exact / 500);
  });

  it('may hold what would be a special token', async () => {
    expect(await estimateTexts(['<|endoftext|><|im_start|>'], 'gpt-5')).toBeGreaterThan(5);
  });

  const varied = (count: number, from: number, range: number): string =>
    Array.from({ length: count }, (_none, index) =>
      String.fromCodePoint(from + ((index * 7919 + index * index * 13) % range)),
    ).join('');

  it.each([
    ['Chinese', varied(200_000, 0x4e00, 20_000)],
    ['letters', varied(200_000, 0x61, 26)],
    ['emoji', varied(50_000, 0x1f600, 80)],
  ])('of %s without a space takes no quadratic time', async (_name, long) => {
    // At once it would take minutes.
    expect(await estimateTexts([long], 'gpt-5')).toBeGreaterThan(long.length / 4);
  });

  it('of several megabytes is counted in part', async () => {
    const part = 'word '.repeat(200_000);
    const [one, five] = [await estimateTexts([part], 'm'), await estimateTexts([part, part.repeat(4)], 'm')];
    expect(five).toBe(one * 5);
  });

  it.each([
    ['gpt-5', 1],
    ['llama-3', 1],
    ['claude-3-5-sonnet-20241022', 1.18],
    ['claude-sonnet-4-20250514', 1.18],
    ['anthropic/claude-opus-4.6', 1.18],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 1.18],
    ['claude-opus-4-7', 1.53],
    ['anthropic/claude-sonnet-5', 1.53],
    ['claude-next', 1.53],
  ])('has for %s %d times the tokens', async (model, factor) => {
    const words = 'word '.repeat(1000);
    const plain = await estimateTexts([words], 'gpt-5');
    expect(await estimateTexts([words], model)).toBe(Math.ceil(plain * factor));
  });
});

describe('the thread that counts', () => {
  it('leaves this one alone, loading the tokenizer and counting 2 MB', async () => {
    const long = guide.repeat(Math.ceil(2_000_000 / guide.length)).slice(0, 2_000_000);
    const own = createTextCounter(tokenWorkerFile);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const tokens = await own.count([long]);
    isDone = true;
    own.close();
    expect(tokens).toBeGreaterThan(100_000);
    // In slices of 4 ms on this thread it were fewer than a hundred.
    expect(turns).toBeGreaterThan(1_000);
  });

  it('is started anew after it was ended, and answers all who ask meanwhile', async () => {
    const own = createTextCounter(tokenWorkerFile, 1);
    const words = 'word '.repeat(100);
    const first = await Promise.all([own.count([words]), own.count([]), own.count([words, words])]);
    await new Promise(resolve => setTimeout(resolve, 20));
    const again = await own.count([words]);
    own.close();
    expect(first).toEqual([again, 0, again * 2]);
  });

  it('is not ended under a count that takes longer than it may be idle', async () => {
    const own = createTextCounter(tokenWorkerFile, 1);
    const words = 'word '.repeat(20_000);
    const [one, many] = await Promise.all([
      own.count(['word']),
      own.count(Array(20).fill(words) as string[]),
    ]);
    own.close();
    expect([one, many]).toEqual([1, 400_020]);
  });

  it('is replaced by a guess where it cannot start, or is ended', async () => {
    const lost = createTextCounter('/nowhere/token-worker.ts');
    expect(await lost.count(['x'.repeat(4_000)])).toBe(1_000);
    expect(await lost.count(['x'.repeat(400)])).toBe(100);
    const own = createTextCounter(tokenWorkerFile);
    const asked = own.count(['x'.repeat(4_000)]);
    own.close();
    expect(await asked).toBe(1_000);
  });
});

describe('a request', () => {
  const estimate = (request: ChatRequest) => estimateRequestBy(request, 'gpt-5', counter);

  it('counts everything the model gets to read', async () => {
    const said = (count: number): string => 'word '.repeat(count).trim();
    const bare = await estimate(ask([text(said(10))]));
    const parts: [string, ChatRequest][] = [
      ['system', ask([text(said(10))], { system: said(50) })],
      ['thinking', ask([text(said(10)), { type: 'thinking', text: said(50) }])],
      [
        'call',
        ask([text(said(10)), { type: 'tool_use', id: 'x'.repeat(900), name: 'f', input: { a: said(50) } }]),
      ],
      [
        'result',
        ask([
          text(said(10)),
          { type: 'tool_result', tool_use_id: 'x', content: [{ type: 'text', text: said(50) }] },
        ]),
      ],
      [
        'tools',
        ask([text(said(10))], {
          tools: [{ name: 'f', description: said(40), input_schema: { description: said(10) } }],
        }),
      ],
    ];
    for (const [name, request] of parts) {
      const more = (await estimate(request)) - bare;
      expect([name, more > 45 && more < 80]).toEqual([name, true]);
    }
  });

  it('counts a message more than its text', async () => {
    const one = await estimate(ask([text('Hi')]));
    const two = await estimate({
      ...ask([]),
      messages: [...ask([text('Hi')]).messages, ...ask([]).messages],
    });
    expect([one > 1, two > one]).toEqual([true, true]);
  });

  it.each([
    ['image/png', 'A'.repeat(4_000_000), 1600],
    ['application/pdf', 'A'.repeat(100), 2500],
    ['application/pdf', 'A'.repeat(400_000), 15_000],
  ])('counts %s by what it is, not by its bytes', async (media_type, data, tokens) => {
    const attachment = { type: 'attachment' as const, media_type, source: { type: 'base64' as const, data } };
    const bare = await estimate(ask([]));
    expect((await estimate(ask([attachment]))) - bare).toBe(tokens);
    const inside: Block = { type: 'tool_result', tool_use_id: 'x', content: [attachment] };
    expect((await estimate(ask([inside]))) - bare).toBe(tokens);
  });

  it('counts an image that stands elsewhere', async () => {
    const image: Block = {
      type: 'attachment',
      media_type: 'image/*',
      source: { type: 'url', url: 'https://a/b' },
    };
    expect((await estimate(ask([image]))) - (await estimate(ask([])))).toBe(1600);
  });
});
