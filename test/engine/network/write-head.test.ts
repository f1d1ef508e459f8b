import { describe, expect, it } from 'vitest';

import { writeHead } from '../../../electron/engine/network/write-head.ts';

const asked = { method: 'POST', path: '/v1/x?a=b', host: 'up.test:8080', headers: {} };

describe('the head of a request', () => {
  it('says where it goes and how long its body is, whatever the headers say of that', () => {
    const headers = { 'x-a': 'é', Connection: 'close', 'Content-Length': '999' };
    expect(writeHead({ ...asked, headers }, 12)).toBe(
      'POST /v1/x?a=b HTTP/1.1\r\nhost: up.test:8080\r\nconnection: keep-alive\r\nx-a: é\r\ncontent-length: 12\r\n\r\n',
    );
  });

  it('takes a host of the settings, and says of no body nothing', () => {
    const head = writeHead({ ...asked, method: 'GET', headers: { Host: 'other.test' } }, 0);
    expect(head).toBe('GET /v1/x?a=b HTTP/1.1\r\nhost: other.test\r\nconnection: keep-alive\r\n\r\n');
  });

  it.each([
    ['a line break in a value', { headers: { 'x-a': 'one\r\nx-b: two' } }],
    ['a line break in the host', { headers: { host: 'a\r\nx-b: two' } }],
    ['a line break in a name', { headers: { 'x-a\r\nx-b': 'two' } }],
    ['a NUL', { headers: { 'x-a': '\0' } }],
    ['a letter no header can carry', { headers: { 'x-a': '€' } }],
    ['a name with a space', { headers: { 'x a': '1' } }],
    ['no name', { headers: { '': '1' } }],
    ['a framing of its own', { headers: { 'Transfer-Encoding': 'chunked' } }],
    ['another protocol', { headers: { upgrade: 'h2c' } }],
    ['a space in the path', { path: '/a b' }],
    ['a line break in the path', { path: '/a\r\nx-b: two' }],
    ['a path that begins elsewhere', { path: 'http://other.test/' }],
  ])('is refused with %s', (_name, wrong) => {
    expect(() => writeHead({ ...asked, ...wrong }, 0)).toThrow(/^invalid /);
  });
});
