import { beforeEach, describe, expect, it } from 'vitest';

import { configSchema } from '../../../electron/contract/config.ts';
import type { Config, RawConfig } from '../../../electron/contract/config.ts';
import { AppError, toErrorInfo } from '../../../electron/contract/errors.ts';
import type { Model } from '../../../electron/contract/models.ts';
import { createBackendLines } from '../../../electron/engine/backend-lines.ts';
import type { BackendLines } from '../../../electron/engine/backend-lines.ts';
import { checkAlias, createPlanner, ofOneProvider } from '../../../electron/engine/routing/create-planner.ts';
import type { Planner } from '../../../electron/engine/routing/create-planner.ts';
import { createTestClock } from './test-clock.ts';
import type { TestClock } from './test-clock.ts';

type Backend = NonNullable<NonNullable<RawConfig['llm']>['backends']>[number];

const backend = (name: string, extra: Partial<Backend> = {}): Backend => ({ name, type: name, ...extra });

let config: Config;
let lines: BackendLines;
let planner: Planner;
let clock: TestClock;
/** What the backends list, as `backend/model`. */
let listed: string[];
let unheard: string[];
let lists: number;

function open(backends: Backend[], aliases: Record<string, string[]> = {}): void {
  config = configSchema.parse({ llm: { backends, aliases } });
}

beforeEach(() => {
  clock = createTestClock();
  [listed, unheard, lists] = [[], [], 0];
  lines = createBackendLines({ config: () => config, builtIn: () => [] });
  planner = createPlanner({
    config: () => config,
    lines,
    now: () => clock.now(),
    lister: {
      list() {
        lists += 1;
        const error = toErrorInfo(new AppError('upstream_unreachable', 'down'));
        return Promise.resolve({
          models: listed.map(toModel),
          problems: unheard.map(name => ({ backend: name, error })),
        });
      },
    },
  });
});

function toModel(id: string): Model {
  const [provider = ''] = id.split('/');
  return { id, name: id, backend: provider, provider, dialect: 'openai_completions', demo: false };
}

async function names(name: string): Promise<string[]> {
  return (await planner.plan(name)).candidates.map(each => `${each.backend} | ${each.model}`);
}

async function refusal(name: string): Promise<string> {
  const error = await Promise.resolve()
    .then(() => planner.plan(name))
    .then(
      () => expect.unreachable('it should have been refused'),
      (thrown: AppError) => thrown,
    );
  expect(error.code).toBe('unknown_model');
  return error.message;
}

describe('backend/model', () => {
  it('goes there and nowhere else, split at the first slash, without asking anybody for models', async () => {
    open([backend('router'), backend('other')]);
    expect(await names('router/meta-llama/llama-3.3')).toEqual(['router | meta-llama/llama-3.3']);
    expect(lists).toBe(0);
  });

  it.each(['work/', '/m', '/', ''])('that is incomplete ("%s") is no name', async name => {
    open([backend('work')]);
    expect(await refusal(name)).toContain(`There is no model named "${name}"`);
  });

  it('of a disabled backend is unknown, and says which there are', async () => {
    open([backend('off', { enabled: false }), backend('work')]);
    expect(await refusal('off/m')).toBe(
      'There is no model named "off/m": there is no backend named "off". There are: work.',
    );
  });
});

describe('a model without its backend', () => {
  it('goes to the only one that has it, slashes and all', async () => {
    open([backend('work'), backend('router')]);
    listed = ['work/small', 'router/meta/llama', 'router/llama'];
    expect(await names('small')).toEqual(['work | small']);
    expect(await names('meta/llama')).toEqual(['router | meta/llama']);
    expect(await names('llama')).toEqual(['router | llama']);
  });

  it('that several have goes to them in the order of their priorities', async () => {
    open([
      backend('spare', { priority: 3 }),
      backend('first', { priority: 1 }),
      backend('spare-too', { priority: 3 }),
      backend('none', { priority: 2 }),
    ]);
    listed = ['spare/m', 'spare-too/m', 'first/m', 'none/other'];
    expect(await names('m')).toEqual(['first | m', 'spare | m', 'spare-too | m']);
  });

  it('that several have with the same best priority is refused, naming them', async () => {
    open([backend('a'), backend('b'), backend('later', { priority: 200 })]);
    listed = ['a/m', 'b/m', 'later/m'];
    expect(await refusal('m')).toContain('Several backends have a model named "m": a/m, b/m, later/m.');
  });

  it('that nobody has is refused, with those that look like it', async () => {
    open([backend('work')]);
    listed = ['work/GPT-4o-mini', 'work/other'];
    expect(await refusal('gpt-4o')).toBe('There is no model named "gpt-4o". Did you mean work/GPT-4o-mini?');
  });

  it('that nobody has says how models are named, and who could not be asked', async () => {
    open([backend('work'), backend('down')]);
    unheard = ['down'];
    expect(await refusal('x')).toBe(
      'There is no model named "x" (down could not be asked). Models are named backend/model, for example work/x; GET /v1/models lists them.',
    );
  });

  it('is looked up once in a while, not for every call', async () => {
    open([backend('work'), backend('new')]);
    listed = ['work/m'];
    await names('m');
    listed = ['new/m'];
    expect(await names('m')).toEqual(['work | m']);
    clock.advance(30_000);
    expect(await names('m')).toEqual(['new | m']);
    listed = ['work/m'];
    planner.forget();
    expect(await names('m')).toEqual(['work | m']);
    expect(lists).toBe(3);
  });

  it('that was unknown is looked up again', async () => {
    open([backend('work')]);
    await refusal('m');
    listed = ['work/m'];
    expect(await names('m')).toEqual(['work | m']);
  });
});

describe('an alias', () => {
  it('goes to its models in their order', async () => {
    open([backend('groq'), backend('work')], { fast: ['work/small', 'groq/meta/llama', 'work/small'] });
    expect(await names('fast')).toEqual(['work | small', 'groq | meta/llama', 'work | small']);
  });

  it('wins over a model of its name, and may lead to that one', async () => {
    open([backend('openai'), backend('azure')], { 'openai/gpt-4o': ['azure/gpt-4o', 'openai/gpt-4o'] });
    expect(await names('openai/gpt-4o')).toEqual(['azure | gpt-4o', 'openai | gpt-4o']);
    expect(await names('openai/gpt-5')).toEqual(['openai | gpt-5']);
  });

  it('passes over what cannot be asked, and says so', async () => {
    open([backend('off', { enabled: false }), backend('work')], { fast: ['gone/m', 'off/m', 'work/m'] });
    expect(await planner.plan('fast')).toEqual({
      candidates: [{ backend: 'work', model: 'm' }],
      warnings: [
        'The alias fast names gone/m, but gone is no backend in parley.yaml.',
        'The alias fast names off/m, but off is disabled.',
      ],
    });
    expect(checkAlias('fast', ['gone/m', 'work/m'], lines)).toHaveLength(1);
  });

  it('that leads nowhere is refused, with the reasons', async () => {
    open([], { fast: ['gone/m'] });
    expect(await refusal('fast')).toBe(
      'The alias fast leads nowhere. The alias fast names gone/m, but gone is no backend in parley.yaml.',
    );
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('is not seen in %s', async name => {
    open([backend('work')]);
    expect(await refusal(name)).toContain('There is no model named');
  });

  it.each([['fast'], ['/m'], ['work/']])(
    'that names %s instead of a model is refused in the settings',
    target => {
      const read = configSchema.safeParse({ llm: { aliases: { a: [target] } } });
      expect(read.error?.issues[0]?.message).toContain('an alias lists models named backend/model');
    },
  );
});

it('a key given with the call keeps it with the provider it is for', async () => {
  open([backend('groq'), backend('work'), backend('groq-eu', { type: 'groq' })], {
    fast: ['groq/m', 'work/m', 'groq-eu/m'],
  });
  expect(ofOneProvider(await planner.plan('fast'), lines).map(each => each.backend)).toEqual([
    'groq',
    'groq-eu',
  ]);
});
