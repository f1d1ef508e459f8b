import { describe, expect, it } from 'vitest';

import { createRedactor } from '../../../electron/gateway/inspector/redact.ts';

const key = 'sk-proj-"odd"/+key\\0123456789';
const gatewayKey = `parley-${'a1B_-'.repeat(9).slice(0, 43)}`;

describe('keys', () => {
  const redact = createRedactor([key, null, undefined, '', key]);

  it.each([
    ['as they are', `Wrong key ${key}!`],
    ['in JSON', JSON.stringify({ error: { message: `Wrong key ${key}` } })],
    ['in an address', `https://api.example.com/v1?x=${encodeURIComponent(key)}`],
    ['encoded', `{"token":"${Buffer.from(key).toString('base64')}"}`],
    ['twice', `${key}${key}`],
  ])('are taken out of a text %s', (_how, text) => {
    const clean = redact.text(text);
    for (const form of [
      key,
      JSON.stringify(key).slice(1, -1),
      encodeURIComponent(key),
      Buffer.from(key).toString('base64'),
    ])
      expect(clean).not.toContain(form);
    expect(clean).toContain('[redacted]');
  });

  it('of any client of the gateway are, too', () => {
    expect(createRedactor([]).text(`use ${gatewayKey}.`)).toBe('use [redacted].');
    expect(createRedactor([]).text('parley-things are fine')).toBe('parley-things are fine');
  });

  it('that the end of a text has cut in two are, from four characters on', () => {
    expect(redact.text(`the key ${key.slice(0, 9)}`, false)).toBe('the key [redacted]');
    expect(redact.text(`the key ${key.slice(0, 4)}`, false)).toBe('the key [redacted]');
    expect(redact.text(`the key ${key.slice(0, 3)}`, false)).toBe(`the key ${key.slice(0, 3)}`);
    expect(redact.text(`the key ${key.slice(0, 9)}`)).toBe(`the key ${key.slice(0, 9)}`);
  });

  it('of anybody are, in fields that can hold nothing else', () => {
    const text = (given: string): string => createRedactor([]).text(given);
    expect(text('{"api_key": "anything","azure_api_key":"a\\"b","n":1}')).toBe(
      '{"api_key": "[redacted]","azure_api_key":"[redacted]","n":1}',
    );
    expect(text('{"accessToken":"cut of')).toBe('{"accessToken":"[redacted]');
    const harmless = '{"max_tokens":"5","api_key":{"type":"string"},"key":"c major","api_key":""}';
    expect(text(harmless)).toBe(harmless);
  });

  it('that are as short as words tear no text apart', () => {
    expect(createRedactor(['x', 'none']).text('next none')).toBe('next none');
  });

  it('of which one begins with the other both go', () => {
    expect(createRedactor(['secret-1', 'secret-1-longer']).text('secret-1-longer secret-1')).toBe(
      '[redacted] [redacted]',
    );
  });
});

describe('headers', () => {
  const redact = createRedactor([key]);

  it.each([
    ['Authorization', `Bearer ${key}`, 'Bearer [redacted]'],
    ['authorization', 'Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    ['AUTHORIZATION', 'anything', '[redacted]'],
    ['x-api-key', 'short', '[redacted]'],
    ['x-goog-api-key', 'AIza', '[redacted]'],
    ['parley-api-key', 'env:NAME', '[redacted]'],
    ['Cookie', 'a=b', '[redacted]'],
    ['set-cookie', 'session=1', '[redacted]'],
    ['X-Auth-Token', 'abc', '[redacted]'],
    ['proxy-authorization', 'Basic abc', 'Basic [redacted]'],
    ['ocp-apim-subscription-key', 'abc', '[redacted]'],
    ['x-custom', `before ${key} after`, 'before [redacted] after'],
    ['content-type', 'application/json', 'application/json'],
    ['x-ratelimit-remaining-tokens', '17', '17'],
    ['anthropic-version', '2023-06-01', '2023-06-01'],
    ['x-api-key', '', ''],
  ])('%s: %s becomes %s', (name, value, shown) => {
    expect(redact.headers([[name, value]])).toEqual([[name, shown]]);
  });
});

describe('addresses', () => {
  it.each([
    [
      '/v1beta/models/x:generateContent?key=AIzaSy&alt=sse',
      '/v1beta/models/x:generateContent?key=[redacted]&alt=sse',
    ],
    ['/v1/x?alt=sse&api_key=1', '/v1/x?alt=sse&api_key=[redacted]'],
    ['/v1/x?access_token=1#part', '/v1/x?access_token=[redacted]#part'],
    ['https://user:pass@example.com/v1', 'https://[redacted]@example.com/v1'],
    ['https://example.com/a@b?monkey=1', 'https://example.com/a@b?monkey=[redacted]'],
    ['https://example.com/v1?q=1', 'https://example.com/v1?q=1'],
  ])('%s becomes %s', (url, shown) => {
    expect(createRedactor([]).url(url)).toBe(shown);
  });
});
