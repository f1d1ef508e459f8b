import { describe, expect, it } from 'vitest';

import { createBypass } from '../../../electron/engine/network/bypass.ts';

describe('a host of no_proxy', () => {
  it.each([
    ['example.com', 'example.com', 443, true],
    ['example.com', 'api.example.com', 443, true],
    ['example.com', 'notexample.com', 443, false],
    ['example.com', 'example.com.evil.test', 443, false],
    ['.example.com', 'example.com', 443, true],
    ['.example.com', 'a.b.example.com', 443, true],
    ['*.example.com', 'api.example.com', 443, true],
    ['EXAMPLE.com', 'example.com', 443, true],
    ['example.com.', 'example.com', 443, true],
    ['example.com', 'example.com.', 443, true],
    ['example.com:8443', 'example.com', 8443, true],
    ['example.com:8443', 'api.example.com', 8443, true],
    ['example.com:8443', 'example.com', 443, false],
    ['localhost', 'localhost', 11434, true],
    ['*', 'anything.test', 80, true],
    ['*', '10.0.0.1', 80, true],
    ['10.0.0.1', '10.0.0.1', 80, true],
    ['10.0.0.1', '110.0.0.1', 80, false],
    ['0.1', '10.0.0.1', 80, false],
    ['10.0.0.1:8080', '10.0.0.1', 8080, true],
    ['10.0.0.1:8080', '10.0.0.1', 80, false],
    ['10.0.0.0/8', '10.20.30.40', 80, true],
    ['10.0.0.0/8', '11.0.0.1', 80, false],
    ['192.168.1.128/25', '192.168.1.127', 80, false],
    ['10.0.0.0/8', 'ten.example', 80, false],
    ['10.0.0.0/99', '10.0.0.1', 80, false],
    ['10.0.0.0/', '10.0.0.1', 80, false],
    ['fd00::/8', 'fd12:3456::1', 80, true],
    ['fd00::/8', 'fe80::1', 80, false],
    ['::1', '::1', 80, true],
    ['[::1]', '::1', 80, true],
    ['[::1]:8080', '::1', 8080, true],
    ['[::1]:8080', '::1', 80, false],
    ['0:0:0:0:0:0:0:1', '::1', 80, true],
    ['', 'example.com', 80, false],
    ['.', 'example.com', 80, false],
  ])('%j and %s at port %i: %s', (entry, host, port, expected) => {
    expect(createBypass(['elsewhere.test', entry])(host, port)).toBe(expected);
  });

  it('is none of an empty list', () => {
    expect(createBypass([])('example.com', 443)).toBe(false);
  });
});
