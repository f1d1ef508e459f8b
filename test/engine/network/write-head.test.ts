import { describe, expect, it } from 'vitest';

import { HeadWriter } from '../../../electron/engine/network/write-head.ts';

const asked = { method: 'POST', path: '/v1/x?a=b', headers: {} };
const heads = new HeadWriter('up.test:8080');

describe('the head of a request', () => {
  it('says where it goes and how long its body is, whatever the headers say of that', () => {
    const headers = { 'x-a': 'é', Connection: 'close', 'Content-Length': '999' };
    expect(heads.write({ ...asked, headers }, 12)).toBe(
      'POST /v1/x?a=b HTTP/1.1\r\nhost: up.test:8080\r\nconnection: keep-alive\r\nx-a: é\r\ncontent-length: 12\r\n\r\n',
    );
  });

  it('takes a host of the settings, and says of no body nothing', () => {
    const head = heads.write({ ...asked, method: 'GET', headers: { Host: 'other.test' } }, 0);
    expect(head).toBe('GET /v1/x?a=b HTTP/1.1\r\nhost: other.test\r\nconnection: keep-alive\r\n\r\n');
  });

  it('is written anew where anything but the length differs, also by headers that were changed', () => {
    const [a, b] = [Object.freeze({ 'x-a': '1' }), Object.freeze({ 'x-a': '2' })];
    const changing: Record<string, string> = { 'x-a': '3' };
    const write = (wanted: object, length = 1): string =>
      heads.write({ ...asked, headers: a, ...wanted }, length);
    const whole = (path: string, value: string, length: number): string =>
      `POST ${path} HTTP/1.1\r\nhost: up.test:8080\r\nconnection: keep-alive\r\nx-a: ${value}\r\ncontent-length: ${String(length)}\r\n\r\n`;
    expect([write({}), write({}, 22)]).toEqual([whole('/v1/x?a=b', '1', 1), whole('/v1/x?a=b', '1', 22)]);
    expect(write({ path: '/y' })).toBe(whole('/y', '1', 1));
    expect(write({ path: '/y', headers: b })).toBe(whole('/y', '2', 1));
    expect(write({ path: '/y', headers: b, method: 'GET' })).toMatch(/^GET .*x-a: 2\r\n\r\n$/s);
    expect(write({ headers: changing })).toBe(whole('/v1/x?a=b', '3', 1));
    changing['x-a'] = '4';
    expect(write({ headers: changing })).toBe(whole('/v1/x?a=b', '4', 1));
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
    expect(() => heads.write({ ...asked, ...wrong }, 0)).toThrow(/^invalid /);
  });
});
