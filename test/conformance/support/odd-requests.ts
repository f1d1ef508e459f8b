import fc from 'fast-check';

import { KEY } from '../../gateway/start-gateway.ts';

/** What is odd about a request beside its body. */
export type OddRequest = {
  headers: Record<string, string>;
  query: string;
  /** Put behind the model's name where the address holds it. */
  model?: string;
  /** Whether the call brings the upstream's key itself. */
  ownKey?: boolean;
};

/** Stands for what would hide everything else in the report of a failure. */
const LONG = '@@long@@';

export function writeOut(text: string): string {
  return text.replace(LONG, 'x'.repeat(5000));
}

const headers = fc.constantFrom<Record<string, string>>(
  {},
  {},
  {},
  { 'content-type': 'text/plain' },
  { 'content-type': '' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'nonsense' },
  { accept: 'text/html' },
  { accept: LONG },
  { 'accept-encoding': 'gzip, br, zstd' },
  { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'evil.example' },
  { 'anthropic-version': '1999-01-01', 'anthropic-beta': ',,,\u00ff' },
  { 'user-agent': '\u00ff\u00fe' },
  { connection: 'close' },
  { authorization: '', 'x-api-key': KEY },
  { authorization: '', 'x-goog-api-key': KEY },
  { authorization: `bearer   ${KEY}` },
  { traceparent: 'x', baggage: '=' },
  { __proto__x: '1', constructor: '2' },
);

const queries = fc.constantFrom(
  '',
  '',
  '',
  '?',
  '?&&&',
  '?beta=true',
  '?alt=sse',
  '?alt=json',
  '?alt=%ff',
  `?key=${KEY}`,
  `?key=${KEY}&key=nonsense`,
  '?key=',
  '?__proto__=1&constructor=2',
  '?%',
  '?a=%00%0d%0aset-cookie:x',
  `?${LONG}`,
);

const models = fc.constantFrom('', '', '', '', '%00', '/../..', '%2e%2e%2f', '%E0%A4%A', '?', ':', ' ', '😀');

export const oddRequests: fc.Arbitrary<OddRequest> = fc.record({
  headers,
  query: queries,
  model: models.map(encodeURI),
  ownKey: fc.boolean(),
});
