import i18next from 'i18next';
import { beforeEach, describe, expect, test } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { guessProvider } from '../../renderer/features/first-start/guess-provider.ts';
import { configProblemSentence } from '../../renderer/features/settings/config-problem.ts';
import { sortDropped } from '../../renderer/features/shell/sort-dropped.ts';
import { newsOf } from '../../renderer/features/shell/use-answer-news.ts';
import { catalogues } from '../../renderer/texts/texts.ts';
import { formatBytes, formatCost, formatCount, formatDay, formatDuration } from '../../renderer/ui/format.ts';

await i18next.init({ resources: catalogues, lng: 'en' });
const t = i18next.getFixedT('en', 'settings');

test('a broken parley.yaml is located', () => {
  const problem = { file: 'parley.yaml', message: 'a backend needs a type.', line: 4, column: 7 };
  expect(configProblemSentence(problem, t)).toBe(
    'parley.yaml, line 4, column 7: a backend needs a type. The last settings that worked stay in force.',
  );
  expect(configProblemSentence({ file: 'parley.yaml', message: 'it cannot be read' }, t)).toBe(
    'parley.yaml: it cannot be read. The last settings that worked stay in force.',
  );
});

describe('dropped files', () => {
  const lua = { name: 'Mine.LUA', type: '', size: 10 };
  const png = { name: 'a.png', type: 'image/png', size: 10 };
  const pdf = { name: 'a.pdf', type: 'application/pdf', size: 10 };

  test('scripts are reviewed, everything else attached', () => {
    expect(sortDropped([lua, png, pdf], true)).toEqual({
      scripts: [lua],
      attachable: [png, pdf],
      refusals: [],
    });
  });

  test('without a chat on screen files have nowhere to go', () => {
    expect(sortDropped([png, pdf], false)).toEqual({
      scripts: [],
      attachable: [],
      refusals: [
        { reason: 'image', name: 'a.png' },
        { reason: 'other', name: 'a.pdf' },
      ],
    });
  });

  test('a script of more than a megabyte is refused before it is read', () => {
    expect(sortDropped([{ ...lua, size: 2_000_000 }], true)).toEqual({
      scripts: [],
      attachable: [],
      refusals: [{ reason: 'too_large', name: 'Mine.LUA' }],
    });
  });
});

describe('news of answers', () => {
  const answer = (status: ChatMessage['status'], id = 'a') =>
    ({ id, role: 'assistant', chat_id: 'c', status, model: 'm' }) as ChatMessage; // the rest does not matter here

  test('a beginning and an end are told once each, whatever comes between', () => {
    const running = new Set<string>();
    const statuses = ['streaming', 'streaming', 'streaming', 'complete', 'complete'] as const;
    expect(statuses.map(status => newsOf(answer(status), running))).toEqual([
      'begun',
      null,
      null,
      'complete',
      null,
    ]);
  });

  test.each([
    ['complete', 'complete'],
    ['cancelled', 'stopped'],
    ['error', 'failed'],
    ['interrupted', 'failed'],
  ] as const)('one that ends as %s is %s', (status, news) => {
    expect(newsOf(answer(status), new Set(['a']))).toBe(news);
  });

  test('an answer that was there before, or is edited, is no news; neither is a question', () => {
    expect(newsOf(answer('complete'), new Set(['b']))).toBeNull();
    expect(newsOf({ ...answer('streaming'), role: 'user' }, new Set())).toBeNull();
  });
});

describe('numbers and dates follow the chosen language', () => {
  beforeEach(async () => {
    await i18next.changeLanguage('en');
  });

  test.each([
    ['en', ['12,345', '$1.50', '$0.0123', '< $0.0001', '1.5 s', '1.5 MB', 'Mar 5, 2026']],
    ['de', ['12.345', '1,50 $', '0,0123 $', '< 0,0001 $', '1,5 s', '1,5 MB', '05.03.2026']],
    ['zh-Hans', ['12,345', '$1.50', '$0.0123', '< $0.0001', '1.5 s', '1.5 MB', '2026年3月5日']],
  ])('%s', async (language, expected) => {
    await i18next.changeLanguage(language);
    const shown = [
      formatCount(12_345),
      formatCost(1.5),
      formatCost(0.0123),
      formatCost(0.000_01),
      formatDuration(1500),
      formatBytes(1.5 * 1024 * 1024),
      formatDay('2026-03-05T12:00:00'),
    ];
    expect(shown.map(text => text.replaceAll('\u00a0', ' '))).toEqual(expected);
  });
});

test.each([
  ['sk-ant-api03-x', 'anthropic'],
  ['  sk-or-v1-x', 'openrouter'],
  ['sk-proj-x', 'openai'],
  ['AIzaSyX', 'google'],
  ['gsk_x', 'groq'],
  // Many vendors' keys begin so.
  ['sk-x', undefined],
  ['', undefined],
])('a key like %j is from %s', (key, provider) => expect(guessProvider(key)).toBe(provider));
