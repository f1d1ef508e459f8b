import { describe, expect, test } from 'vitest';

import type { Json } from '../../../electron/contract/json.ts';
import { parseKeyValue } from '../../../electron/engine/keys/parse-key-value.ts';
import type { KeyValue } from '../../../electron/engine/keys/parse-key-value.ts';

const env = (name: string): KeyValue => ({ type: 'env', parts: [{ type: 'env', name }] });

describe('forms of a key', () => {
  test.each<[string, Json, KeyValue]>([
    ['null', null, { type: 'nothing' }],
    ['empty text', '', { type: 'nothing' }],
    ['white space', ' \n', { type: 'nothing' }],
    ['a literal', 'made-up', { type: 'literal', text: 'made-up' }],
    ['a literal with white space around it', '  made-up\n', { type: 'literal', text: 'made-up' }],
    ['a dollar sign in a literal', 'a$b{c}', { type: 'literal', text: 'a$b{c}' }],
    ['a literal with a colon', 'id:made-up', { type: 'literal', text: 'id:made-up' }],
    ['${NAME}', '${A_1}', env('A_1')],
    ['env:NAME', 'env:lower_case', env('lower_case')],
    ['env: NAME', 'env: SPACED ', env('SPACED')],
    [
      '${NAME} inside of text',
      'Bearer ${A}-${B}!',
      {
        type: 'env',
        parts: [
          { type: 'text', text: 'Bearer ' },
          { type: 'env', name: 'A' },
          { type: 'text', text: '-' },
          { type: 'env', name: 'B' },
          { type: 'text', text: '!' },
        ],
      },
    ],
    ['keychain:ACCOUNT', 'keychain:my work @ home', { type: 'keychain', account: 'my work @ home' }],
    ['{ env }', { env: 'A' }, env('A')],
    ['{ system }', { system: 'A' }, env('A')],
    ['{ keychain }', { keychain: 'work' }, { type: 'keychain', account: 'work' }],
    ['a table with an unset second field', { env: 'A', keychain: null }, env('A')],
  ])('%s', (_name, value, expected) => {
    expect(parseKeyValue(value, 'settings')).toEqual(expected);
  });
});

describe('what is no key', () => {
  const secret = 'sk-made-up-0123';
  test.each<[string, Json, string]>([
    ['a number', 4, 'is a number'],
    ['true', true, 'is a boolean'],
    ['a list', [secret], 'is a list'],
    ['an empty list (an empty Lua table)', [], 'is an empty table'],
    ['an empty table', {}, 'is an empty table'],
    ['an unknown field', { [secret]: true }, 'is a table without env, system or keychain'],
    ['two fields', { env: secret, keychain: secret }, 'is a table with more than one field'],
    ['a field that is a number', { env: 1 }, 'is a table whose env is not text'],
    ['a field that is a table', { keychain: { env: secret } }, 'is a table whose keychain is not text'],
    ['an empty variable name', { env: '' }, 'names no proper environment variable'],
    ['env: alone', 'env:', 'names no proper environment variable'],
    ['env: with a key behind it', `env:${secret}`, 'names no proper environment variable'],
    ['keychain: alone', 'keychain: ', 'names no proper keychain account'],
    ['an account with a line break', 'keychain:a\nb', 'names no proper keychain account'],
    ['${} ', '${}', 'has a ${…} without the name of a variable'],
    ['an open ${', `\${${secret}`, 'has a ${…} without the name of a variable'],
    ['${a key}', `\${${secret}}`, 'has a ${…} without the name of a variable'],
  ])('%s is invalid_auth_value, and the message keeps the value to itself', (_name, value, what) => {
    const attempt = () => parseKeyValue(value, 'script');
    expect(attempt).toThrow(expect.objectContaining({ code: 'invalid_auth_value' }));
    expect(attempt).toThrow(`The API key set by the provider script ${what}`);
    expect(attempt).not.toThrow(secret);
  });
});
