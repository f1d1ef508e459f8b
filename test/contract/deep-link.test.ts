import { describe, expect, it, test } from 'vitest';

import {
  maxScriptLength,
  parseDeepLink,
  scriptAddress,
  scriptNameOf,
} from '../../electron/contract/deep-link.ts';

const importOf = (url: string): string => `parley://import?url=${encodeURIComponent(url)}`;

describe('a link to an address', () => {
  it.each([
    ['https://example.com/groq.lua', 'https://example.com/groq.lua'],
    ['HTTPS://Example.com/a b.lua', 'https://example.com/a%20b.lua'],
    ['https://example.com/groq.lua?raw=1#line-3', 'https://example.com/groq.lua?raw=1'],
    ['http://localhost:8080/groq.lua', 'http://localhost:8080/groq.lua'],
    ['http://127.0.0.1/groq.lua', 'http://127.0.0.1/groq.lua'],
    ['http://[::1]:1/groq.lua', 'http://[::1]:1/groq.lua'],
  ])('%s is asked about', (address, url) => {
    expect(parseDeepLink(importOf(address))).toEqual({ type: 'import_address', url });
  });

  it.each([
    'http://example.com/groq.lua',
    'http://localhost.example.com/groq.lua',
    'http://127.0.0.1.example.com/groq.lua',
    'http://192.168.1.4/groq.lua',
    'http://0.0.0.0/groq.lua',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,return {}',
    'app://parley/index.html',
    'parley://import?url=https://example.com',
    'ftp://example.com/groq.lua',
    'https://me:secret@example.com/groq.lua',
    '//example.com/groq.lua',
    'groq.lua',
    '',
    `https://example.com/${'a'.repeat(3000)}`,
  ])('%s is refused', address => {
    expect(parseDeepLink(importOf(address))).toEqual({ type: 'refused', reason: 'address' });
  });
});

test('a link may hold the source itself, up to the size of a script', () => {
  const link = (source: string, name = ''): string =>
    `parley://import?source=${encodeURIComponent(source)}${name}`;
  expect(parseDeepLink(link('return {}', '&name=mine'))).toEqual({
    type: 'import_source',
    file_name: 'mine.lua',
    source: 'return {}',
  });
  // A name leads nowhere but to a file of that name.
  for (const name of ['../../parley', 'a/b', '.hidden', 'con:', 'x'.repeat(65), '%00'])
    expect(parseDeepLink(link('return {}', `&name=${name}`))).toMatchObject({ file_name: 'from-link.lua' });
  expect(parseDeepLink(link(' '))).toEqual({ type: 'refused', reason: 'unknown' });
  expect(parseDeepLink(link('-'.repeat(maxScriptLength + 1)))).toEqual({
    type: 'refused',
    reason: 'too_large',
  });
  expect(parseDeepLink(`parley://import?source=${'%41'.repeat(maxScriptLength)}`)).toEqual({
    type: 'refused',
    reason: 'too_large',
  });
});

test('a link shows a page or a chat, and nothing else of the app', () => {
  expect(parseDeepLink('parley://open?page=usage')).toEqual({ type: 'open_page', page: 'usage' });
  expect(parseDeepLink('PARLEY://OPEN/?page=connect')).toEqual({ type: 'open_page', page: 'connect' });
  expect(parseDeepLink('parley:open?page=chat')).toEqual({ type: 'open_page', page: 'chat' });
  expect(parseDeepLink('parley://open?chat=0197-ab_C')).toEqual({
    type: 'open_chat',
    chat_id: '0197-ab_C',
  });
});

it.each([
  ['not a link', 'unreadable'],
  ['https://example.com/?page=usage', 'unreadable'],
  ['javascript:parley://open?page=usage', 'unreadable'],
  ['parley://', 'unknown'],
  ['parley://run?command=quit', 'unknown'],
  ['parley://import', 'unknown'],
  ['parley://import?url=https://example.com/a.lua&source=return', 'unknown'],
  ['parley://open?page=../settings', 'unknown'],
  ['parley://open?page=__proto__', 'unknown'],
  ['parley://open?chat=../../x', 'unknown'],
  ['parley://open?chat=%22onload', 'unknown'],
] as const)('%s is refused as %s', (link, reason) => {
  expect(parseDeepLink(link)).toEqual({ type: 'refused', reason });
});

test('a script is called after the end of its address', () => {
  expect(scriptNameOf('https://example.com/scripts/groq.lua?raw=1')).toBe('groq.lua');
  expect(scriptNameOf('https://example.com/groq')).toBe('groq.lua');
  for (const path of ['', '/', '/..%2f..%2fetc', '/%E0%A4%A', '/a b.lua'])
    expect(scriptNameOf(`https://example.com${path}`)).toBe('from-link.lua');
  expect(scriptAddress('https://example.com')).toBe('https://example.com/');
});
