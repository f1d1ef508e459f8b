import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

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
});
const choices = fc.oneof({ weight: 4, arbitrary: fc.array(choice, { maxLength: 3 }) }, content);
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
    usage: fc.constantFrom({ prompt_tokens: 1 }, null),
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
