import { afterEach, expect, test } from 'vitest';

import { openAcme } from '../acme.ts';
import type { Acme } from '../acme.ts';

let acme: Acme | undefined;

afterEach(() => acme?.close());

async function send(hook: string, body: string): Promise<string> {
  acme = await openAcme(
    `local p = { dialect = "openai_completions", base_url = "UPSTREAM", auth_type = "none" }\n${hook}\nreturn p`,
  );
  await acme.pass(body);
  return acme.last().body;
}

// What a tool may write and JavaScript's own JSON would write otherwise.
const fields =
  '"temperature":1.0,"seed":12345678901234567890,"big":1e21,"zero":-0,"none":null,"stream":true,"stream_options":{"include_usage":true},' +
  '"messages":[{"role":"user","content":"\\u00e9 \\ud83d\\ude00 😀 a\\/b","weight":2.50,"name":null}],"tools":[],"extra":{}';

test('a body that on_request left alone is sent byte for byte', async () => {
  const sent = await send('function p.on_request(req) return req end', `{"model":"acme/m",${fields}}`);
  expect(sent).toBe(`{"model":"m",${fields}}`);
});

test('a body that on_request changed keeps order, numbers, nulls and escapes of all it left alone', async () => {
  const sent = await send(
    'function p.on_request(req) req.body.metadata = { a = 1 } table.insert(req.body.messages, 1, { role = "system", content = "x" }) return req end',
    `{"model":"acme/m",${fields}}`,
  );
  const added = fields.replace('"messages":[', '"messages":[{"role":"system","content":"x"},');
  expect(sent).toBe(`{"model":"m",${added},"metadata":{"a":1}}`);
});
