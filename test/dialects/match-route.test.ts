import fc from 'fast-check';
import { expect, it } from 'vitest';

import { matchRoute } from '../../electron/dialects/match-route.ts';

const routes = ['/api/chat', '/v1/{name}:get', '/v1/{name}:streamGet', '/v1/{name}'];

it.each([
  ['/api/chat', { params: {} }],
  ['/v1/a:get', { params: { name: 'a' } }],
  ['/v1/a/b%20c:get', { params: { name: 'a/b c' } }],
  ['/v1/a:streamGet', { params: { name: 'a' }, stream: true }],
  ['/v1/a:put', { params: { name: 'a:put' } }],
])('%s is on its route', (path, match) => {
  expect(matchRoute(routes, path)).toEqual(match);
});

it.each(['/', '/api/chat/', '/api/cha', '/v1/', '/v1/%', '/v2/a:get', ''])('%s is on none', path => {
  expect(matchRoute(routes, path)).toBeUndefined();
});

it('gives back any name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), name => {
      expect(matchRoute(routes, `/v1/${encodeURIComponent(name)}:get`)).toEqual({ params: { name } });
    }),
  );
});
