import { describe, expect, it } from 'vitest';

import type { BackendStatus } from '../../electron/contract/backends.ts';
import type { Model } from '../../electron/contract/models.ts';
import { recentFirst } from '../../renderer/features/model-picker/marked-models.ts';
import { modelRows, nextModelRow } from '../../renderer/features/model-picker/model-rows.ts';
import type { ModelRow } from '../../renderer/features/model-picker/model-rows.ts';
import { matchScore, rankModels } from '../../renderer/features/model-picker/rank-models.ts';

const model = (id: string, backend = id.split('/')[0] ?? ''): Model => ({
  id,
  name: id.split('/').at(-1) ?? '',
  backend,
  provider: backend,
  dialect: 'openai_completions',
  demo: false,
});
const backend = (name: string, more: Partial<BackendStatus> = {}): BackendStatus => ({
  name,
  type: name,
  title: name,
  script: 'built-in',
  script_file: null,
  base_url: null,
  enabled: true,
  demo: false,
  needs_key: true,
  key: null,
  key_error: null,
  script_error: null,
  ...more,
});
const llama = model('groq/llama-3.3-70b');
const gpt = model('openai/gpt-4o');
const mini = model('openai/gpt-4o-mini');
const fast = model('fast', 'groq');
const labels = { aliases: 'Aliases', favourites: 'Favourites', recent: 'Recent', matches: 'Matches' };
const nothing = { favourites: [], recent: [] };
const shown = (rows: readonly ModelRow[]) =>
  rows.map(row => (row.type === 'label' ? `# ${row.label}` : row.model.id));

describe('the rows of the picker', () => {
  const all = { models: [llama, gpt, mini, fast], backends: [], labels, query: '' };

  it('stand under aliases, favourites, recent ones and their backends', () => {
    const marked = { favourites: [mini.id, 'gone/model'], recent: [mini.id, llama.id] };
    expect(shown(modelRows({ ...all, marked }))).toEqual([
      '# Aliases',
      'fast',
      '# Favourites',
      'openai/gpt-4o-mini',
      '# Recent',
      'groq/llama-3.3-70b',
      '# groq',
      'groq/llama-3.3-70b',
      '# openai',
      'openai/gpt-4o',
      'openai/gpt-4o-mini',
    ]);
  });

  it('have keys of their own, wherever a model stands twice', () => {
    const rows = modelRows({ ...all, marked: { favourites: [gpt.id], recent: [llama.id] } });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('are one list while one searches, favourites first among equals', () => {
    const marked = { favourites: [mini.id], recent: [] };
    expect(shown(modelRows({ ...all, marked, query: 'gpt' }))).toEqual([
      '# Matches',
      'openai/gpt-4o-mini',
      'openai/gpt-4o',
    ]);
    expect(modelRows({ ...all, marked, query: 'nothing' })).toEqual([]);
  });

  it.each([
    [
      { key_error: { code: 'no_api_key', message: 'Add one.' } },
      { why: 'no_key', reason: { message: 'Add one.' } },
    ],
    [
      { key_error: { code: 'missing_env_var', message: 'Set it.' } },
      { why: 'key_problem', reason: { message: 'Set it.' } },
    ],
    [{ circuit: { state: 'open', failures: 5, retry_at: null } }, { why: 'paused', reason: null }],
    [{}, null],
  ] as const)('say why a model cannot be asked: %j', (state, unusable) => {
    const rows = modelRows({ ...all, models: [gpt], marked: nothing, backends: [backend('openai', state)] });
    expect(rows[1]).toMatchObject({ type: 'model', unusable });
  });

  it('are walked over their labels, and not beyond the ends', () => {
    const rows = modelRows({ ...all, marked: nothing });
    expect(nextModelRow(rows, -1, 1)).toBe(1);
    expect(nextModelRow(rows, 1, 1)).toBe(3);
    expect(nextModelRow(rows, 3, -1)).toBe(1);
    expect(nextModelRow(rows, 1, -1)).toBe(1);
    expect(nextModelRow(rows, rows.length - 1, 1)).toBe(rows.length - 1);
    expect(nextModelRow([], -1, 1)).toBe(-1);
  });
});

describe('search', () => {
  it.each([
    ['gpt4o', true],
    ['4o openai', true],
    ['MINI', true],
    ['gtp', false],
    ['gpt-4o llama', false],
    ['oi', false],
  ])('for %s finds openai/gpt-4o-mini: %s', (query, found) => {
    expect(matchScore('openai/gpt-4o-mini', query) !== null).toBe(found);
  });

  it('puts the starts of words before their middles, and gaps last', () => {
    const models = [model('a/xmini'), model('a/m-i-n-i'), model('a/o-mini')];
    expect(rankModels(models, 'mini').map(({ id }) => id)).toEqual(['a/o-mini', 'a/xmini', 'a/m-i-n-i']);
  });

  it('puts the model whose whole name was typed before longer ones', () => {
    for (const query of ['gpt-4o', 'GPT-4o ', 'openai/gpt-4o'])
      expect(rankModels([mini, gpt], query)[0]).toBe(gpt);
  });

  it('over 5 000 models is done within a frame or two', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => model(`router/vendor-${String(index)}/model-x`));
    const start = performance.now();
    rankModels(many, 'vendor 4999 mdlx');
    expect(performance.now() - start).toBeLessThan(500);
  });
});

it('favourites come before recent ones, and those before all others', () => {
  const marked = { favourites: [mini.id], recent: [gpt.id, mini.id] };
  expect(recentFirst([llama, gpt, mini], marked)).toEqual([mini, gpt, llama]);
});
