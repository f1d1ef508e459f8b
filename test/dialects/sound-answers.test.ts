import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import type { JsonObject } from '../../electron/contract/json.ts';
import { dialectNames } from '../../electron/contract/models.ts';
import type { Passthrough, PassthroughFacts } from '../../electron/dialects/dialect.ts';
import { getDialect } from '../../electron/dialects/registry.ts';

// A whole answer that is certain to be finished reaches its tool before it is read to its end: nothing may turn up
// afterwards that would have made it another one.

const good = ['stop', 'length', 'tool_calls', 'end_turn', 'STOP', 'SAFETY', 'completed', 'incomplete', 'new'];
const bad = ['error', 'ERROR', 'network_error', 'abort', 'OTHER', 'FINISH_REASON_UNSPECIFIED', 'failed', ''];
const end = fc.constantFrom(...good, ...bad, 'stop', 'STOP', 'completed', null, 0, true, {});
/** Mostly left out. */
const fault = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.constantFrom('broken', '', null, {}, { message: 'broken' }, [], [{ message: 'x' }], 500, false),
);
const content = fc.constantFrom({ content: 'text' }, { parts: [{ text: 'text' }] }, 'text', null, [], {});
const choice = fc.record({
  index: fc.constantFrom(0, undefined, 1, null, '0'),
  message: content,
  error: fault,
  finish_reason: end,
  finishReason: end,
  usage: fc.constantFrom(undefined, undefined, { prompt_tokens: 9 }),
});
const choices = fc.oneof({ weight: 4, arbitrary: fc.array(choice, { maxLength: 3 }) }, content);
const count = fc.constantFrom(undefined, 0, 7, 12, null, '3');
const usage = fc.oneof(
  fc.constantFrom(undefined, null, {}, [], 7),
  fc.record({
    prompt_tokens: count,
    completion_tokens: count,
    cached_tokens: count,
    input_tokens: count,
    output_tokens: count,
    prompt_tokens_details: fc.constantFrom(undefined, null, { cached_tokens: 4 }),
    completion_tokens_details: fc.constantFrom(undefined, { reasoning_tokens: 2 }),
  }),
);
/** What any of the dialects looks at, all in one. */
const answer = fc
  .record({
    choices,
    candidates: choices,
    output: content,
    content,
    message: fault,
    stop_reason: end,
    status: end,
    done: fc.constantFrom(true, true, false, 'true', null),
    error: fault,
    errors: fault,
    detail: fault,
    promptFeedback: fc.constantFrom({ blockReason: 'SAFETY' }, {}, undefined),
    usage,
    x_groq: fc.constantFrom(undefined, undefined, { usage: { prompt_tokens: 5 } }),
    model: fc.constantFrom('m', '', 1),
  })
  .map(body => JSON.stringify(body));

type Read = { isSound: boolean; facts: PassthroughFacts };

function readWhole({ createScanner }: Pick<Passthrough, 'createScanner'>, text: string): Read {
  const scanner = createScanner({ stream: false, strip_usage: false });
  scanner.push(Buffer.from(text));
  scanner.end();
  return { isSound: scanner.isSound?.() ?? false, facts: { ...scanner.facts() } };
}

function factsOf(deltas: readonly Delta[]): { model: string | undefined; usage: object } {
  const said = deltas.filter(delta => delta.type === 'message');
  const usages = said.map(delta => delta.usage);
  return {
    model: said.find(delta => delta.model !== undefined)?.model,
    usage: Object.assign({}, ...usages) as object,
  };
}

describe.each(dialectNames)('%s', name => {
  const { passthrough, client, variants = [] } = getDialect(name);

  it('calls sound only what is finished and holds no error', () => {
    let sound = 0;
    fc.assert(
      fc.property(answer, text => {
        const { isSound, facts } = readWhole(passthrough, text);
        const deltas = client.decodeResponse(JSON.parse(text) as JsonObject); // written above
        const error = deltas.find(delta => delta.type === 'error')?.error.message;
        const isFinished = deltas.some(
          delta => delta.type === 'message' && delta.finish_reason !== undefined,
        );
        expect({ isSound, error: facts.error }).toEqual({
          isSound: isSound && isFinished && error === undefined,
          error,
        });
        const said = factsOf(deltas);
        const { model, usage = {} } = facts;
        expect(isSound ? { model, usage } : said).toEqual(said);
        sound += Number(isSound);
      }),
      { numRuns: 1000 },
    );
    expect(sound).toBeGreaterThan(20);
  });

  it.each(variants)('nor is an error found later at $server.routes.0', variant => {
    const late = new Set<string | undefined>();
    fc.assert(
      fc.property(answer, text => {
        const { isSound, facts } = readWhole(variant.passthrough, text);
        if (isSound) late.add(facts.error);
      }),
      { numRuns: 1000 },
    );
    expect([...late]).toEqual([undefined]);
  });
});

it('what cannot be read afterwards leaves the answer finished', () => {
  const levels = 50_000;
  const args = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const call = `{"id":"c","function":{"name":"f","arguments":${args}}}`;
  const text = `{"choices":[{"message":{"tool_calls":[${call}]},"finish_reason":"tool_calls"}]}`;
  expect(readWhole(getDialect('openai_completions').passthrough, text)).toMatchObject({
    isSound: true,
    facts: { finished: true },
  });
});
