import { describe, expect, it } from 'vitest';

import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';

const { passthrough } = anthropicMessages;

describe('a body that passes', () => {
  it.each([
    [
      ' {"messages":[{"role":"user","content":"\\u00e9 \\"model\\":\\"x\\""}],\n "model" :  "anthropic/m" , "x":1e400, "stream":true} ',
      true,
    ],
    ['{"model":"anthropic/m","stream":false}', false],
    ['{"model":"anthropic/m","stream":null}', false],
    ['{"model":"anthropic/m","metadata":{"model":"no"}}', false],
  ])('is changed in its model only: %s', (body, stream) => {
    const read = passthrough.readRequest(Buffer.from(body));
    expect(read).toMatchObject({ model: 'anthropic/m', stream, edits_answer: false });
    expect(read.rewrite('claude-"3"é').join('')).toBe(body.replace('"anthropic/m"', '"claude-\\"3\\"é"'));
  });

  it('with repeated models means the last, and sends no other along', () => {
    const read = passthrough.readRequest(Buffer.from('{"model":"a/one","mod\\u0065l":"a/two"}'));
    expect(read.model).toBe('a/two');
    expect(read.rewrite('m').join('')).toBe('{"model":"m","mod\\u0065l":"m"}');
  });
});

it.each([
  ['{}', 'model is missing: name one as backend/model-id.'],
  ['{"model":5}', 'model must be a string like backend/model-id.'],
  ['{"model":""}', 'model must be a string like backend/model-id.'],
  ['{"model":"m","stream":"true"}', 'stream must be true or false.'],
  ['[]', 'The request body is not JSON: at byte 0 there should be an object.'],
])('%s is refused: %s', (body, message) => {
  expect(() => passthrough.readRequest(Buffer.from(body))).toThrow(
    expect.objectContaining({ code: 'invalid_request', message }),
  );
});
