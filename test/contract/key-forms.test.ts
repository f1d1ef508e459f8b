import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { holdsKey } from '../../electron/contract/key-forms.ts';

describe('holdsKey', () => {
  it.each([
    'return { api_key = "abc-def-123" }',
    "return { auth_key = 'abcdefgh' }",
    'return { api_key = [[abcdef123]] }',
    'return { headers = { ["X-Api-Key"] = "abcdef123" } }',
    'return { headers = { Authorization = "Bearer " .. "x", ["x-token"] = "abcdefgh" } }',
    '-- sk-proj-abcdefghijklmnop0123\nreturn {}',
    'req.headers.foo = "Bearer abcdefghijklmnop"',
    '{"api_key": "abcdefgh"}',
    'local k = "AIzaSyA0123456789abcdefghijklmnopqrstuv"',
  ])('sees the key in %s', text => expect(holdsKey(text)).toBe(true));

  it.each([
    'return { api_key = { env = "ACME_API_KEY" } }',
    'return { api_key = "env:ACME_API_KEY" }',
    'return { api_key = "${ACME_API_KEY}", auth_key = "keychain:work" }',
    'return { api_key = config.api_key, auth_type = "x-api-key", auth_header = "x-acme-token" }',
    'req.headers["x-acme-token"] = "v1:" .. opts.api_key',
    'if opts.api_key == "" then return nil, "this provider needs a key" end',
    'return { api_key = "" }',
  ])('sees none in %s', text => expect(holdsKey(text)).toBe(false));

  it('sees none in any built-in script', () => {
    const dir = join(import.meta.dirname, '../../providers');
    const scripts = readdirSync(dir).filter(name => name.endsWith('.lua'));
    expect(scripts.length).toBeGreaterThan(30);
    expect(scripts.filter(name => holdsKey(readFileSync(join(dir, name), 'utf8')))).toEqual([]);
  });
});
