import type { ReceivedRequest, SentRequest, SentTo } from '../../contract/call-watch.ts';
import type { Attempt, CallEnd, CallStart } from '../../contract/calls.ts';
import { AnswerBody, RequestBody } from './kept-body.ts';

/** What the inspector holds of a call: references to what went by. Moments are those of `performance.now()`. */
export type CallEntry = {
  id: string;
  /** When it was received; for the chat, when it began. */
  opened: number;
  begun: number | undefined;
  ended: number | undefined;
  start: CallStart | undefined;
  end: CallEnd | undefined;
  received: { request: Omit<ReceivedRequest, 'body'>; body: RequestBody } | undefined;
  attempts: Attempt[];
  exchanges: Exchange[];
  /** Bodies it had were counted, and are not dropped. */
  has_bodies: boolean;
  /** No longer among those that are held: what still arrives of it is not kept. */
  is_gone: boolean;
  /** A count of tokens, which is no call. */
  is_count: boolean;
};

export type Exchange = {
  to: SentTo;
  request: Omit<SentRequest, 'body'>;
  body: RequestBody | undefined;
  status: number | null;
  headers: Record<string, string | string[]>;
  answer: AnswerBody;
  error: string | null;
  sent: number;
  connected: number | undefined;
  head: number | undefined;
  first_byte: number | undefined;
  ended: number | undefined;
};

export function openEntry(id: string, now: number): CallEntry {
  return {
    id,
    opened: now,
    begun: undefined,
    ended: undefined,
    start: undefined,
    end: undefined,
    received: undefined,
    attempts: [],
    exchanges: [],
    has_bodies: false,
    is_gone: false,
    is_count: false,
  };
}

export function openExchange(to: SentTo, request: SentRequest, now: number): Exchange {
  const { method, url, headers, key } = request;
  return {
    to,
    request: { method, url, headers, key },
    body: request.body === undefined ? undefined : new RequestBody(request.body),
    status: null,
    headers: {},
    answer: new AnswerBody(),
    error: null,
    sent: now,
    connected: undefined,
    head: undefined,
    first_byte: undefined,
    ended: undefined,
  };
}

/** Bytes its bodies take in memory. */
export function keptBytes({ received, exchanges }: CallEntry): number {
  let bytes = received?.body.kept ?? 0;
  for (const { body, answer } of exchanges) bytes += (body?.kept ?? 0) + answer.kept;
  return bytes;
}

export function dropBodies({ received, exchanges }: CallEntry): void {
  received?.body.drop();
  for (const { body, answer } of exchanges) {
    body?.drop();
    answer.drop();
  }
}

/** A tool that needs no key sends some word (`ollama`) in its place, which is no secret and may stand anywhere. */
const shortestToolKey = 16;

/** Everything that must not be shown: the keys that were sent, and those the tool gave. */
export function secretsOf({ received, exchanges }: CallEntry): string[] {
  const sent = exchanges.map(({ request }) => request.key).filter(key => key !== null);
  const given = received ? keysGiven(received.request).filter(key => key.length >= shortestToolKey) : [];
  return [...sent, ...given];
}

function keysGiven({ raw_headers: headers, url }: Omit<ReceivedRequest, 'body'>): string[] {
  const secrets: string[] = [];
  for (let at = 1; at < headers.length; at += 2) {
    const name = headers[at - 1]?.toLowerCase() ?? '';
    const value = headers[at] ?? '';
    if (name === 'authorization') secrets.push(value.replace(/^\S+ +/, ''));
    else if (name === 'x-api-key' || name === 'x-goog-api-key') secrets.push(value);
    // env:NAME and keychain:ACCOUNT say where a key is; what it is was sent, and stands above.
    else if (name === 'parley-api-key' && !/^(?:env|keychain):|^\$\{/.test(value)) secrets.push(value);
  }
  const query = url.indexOf('?');
  const inQuery = query === -1 ? null : new URLSearchParams(url.slice(query)).get('key');
  if (inQuery) secrets.push(inQuery);
  return secrets;
}
