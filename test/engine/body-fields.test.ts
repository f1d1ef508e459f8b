import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { dropBodyFields, dropBodyMembers } from '../../electron/engine/drop-body-fields.ts';
import { sendJson } from '../support/scripted-upstream.ts';
import { openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

let acme: Acme | undefined;

afterEach(async () => {
  await acme?.close();
  acme = undefined;
});

const script =
  'return { dialect = "openai_completions", base_url = "UPSTREAM", auth_type = "none", drop_body_fields = { "stream_options", "seed" } }';

describe('fields a provider does not take', () => {
  it('are not sent in a body of ours, and told as left out unless Parley itself had set them', async () => {
    acme = await openAcme(script);
    const stream = await acme.engine.streamDeltas(
      await acme.engine.resolveModel('acme/m'),
      { messages: [], options: { seed: 7, temperature: 0.5 }, stream: true },
      { client: 'test', dialect_in: null, model_asked: 'acme/m', signal: new AbortController().signal },
    );
    for await (const _delta of stream.deltas);
    const body = JSON.parse(acme.last().body) as object;
    expect(body).toMatchObject({ temperature: 0.5, stream: true });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['stream_options']));
    expect(body).not.toHaveProperty('seed');
    expect(stream.warnings).toEqual(['seed']);
  });

  it('are cut out of bytes that pass, which stay as they are otherwise', async () => {
    acme = await openAcme(script);
    await acme.pass(
      '{ "model":"acme/m", "seed" : 9007199254740993,\t"x_unknown":{"seed":1.0},"stream":true, "messages":[]}',
    );
    expect(acme.last().body).toBe('{ "model":"m", \t"x_unknown":{"seed":1.0},"stream":true, "messages":[]}');
  });

  it('need no hook, so that bytes go on passing', async () => {
    acme = await openAcme(script);
    acme.upstream.answer = (_request, response) =>
      sendJson(response, 200, { choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] });
    expect(await acme.engine.targetOf({ backend: 'acme', model: 'm' })).toMatchObject({ passes_bytes: true });
  });
});

describe('cutting members out of bytes', () => {
  const cut = (text: string, ...names: string[]) => {
    const { bytes, dropped } = dropBodyMembers(Buffer.from(text), new Set(names));
    return [bytes.toString('utf8'), dropped];
  };

  it.each([
    ['{"a":1,"b":2}', ['a'], '{"b":2}', ['a']],
    ['{"a":1,"b":2}', ['b'], '{"a":1}', ['b']],
    ['{"a":1,"b":2}', ['a', 'b'], '{}', ['a', 'b']],
    ['{ "a" : {"b":[1,2]} , "b" : "x" }', ['b'], '{ "a" : {"b":[1,2]}   }', ['b']],
    ['{"a":"b\\",}","b":1}', ['b'], '{"a":"b\\",}"}', ['b']],
    ['{"b":1,"a":2,"b":3}', ['b'], '{"a":2}', ['b']],
    ['{"\\u0062":1,"a":2}', ['b'], '{"a":2}', ['b']],
    ['{"a":1}', ['b'], '{"a":1}', []],
    ['{}', ['b'], '{}', []],
  ])('%s without %j', (text, names, expected, dropped) => {
    expect(cut(text, ...names)).toEqual([expected, dropped]);
  });

  it('leaves what parsing and deleting leaves', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'long name', 'é');
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.jsonValue()),
        fc.array(names),
        fc.nat(2),
        (object, dropped, indent) => {
          const { bytes } = dropBodyMembers(
            Buffer.from(JSON.stringify(object, null, indent)),
            new Set(dropped),
          );
          // JSON turns -0 into 0.
          const plain = JSON.parse(JSON.stringify(object)) as Record<string, never>;
          expect(JSON.parse(bytes.toString('utf8'))).toEqual(dropBodyFields(plain, new Set(dropped)).value);
        },
      ),
    );
  });
});
