import type { ReceivedRequest, SentRequest, SentTo } from '../../contract/call-watch.ts';
import type { Attempt, CallEnd, CallStart } from '../../contract/calls.ts';
import { AnswerBody, RequestBody } from './kept-body.ts';

/**
 * What the inspector holds of a call: references to what went by. Moments are those of `performance.now()`. A class like the
 * next: of what is written as an object and lives as long as these, V8 comes to make old objects at once.
 */
export class CallEntry {
  readonly id: string;
  /** Counts from 0 in the order they were opened. */
  readonly number: number;
  /** When it was received; for the chat, when it began. */
  readonly opened: number;
  begun: number | undefined = undefined;
  ended: number | undefined = undefined;
  start: CallStart | undefined = undefined;
  end: CallEnd | undefined = undefined;
  received: { request: Omit<ReceivedRequest, 'body'>; body: RequestBody } | undefined = undefined;
  attempts: Attempt[] = [];
  exchanges: Exchange[] = [];
  /** Bytes its bodies take in memory, as they were counted. */
  body_bytes = 0;
  /** Whether some of that is memory that others use once it is dropped. */
  holds_lent = false;
  /** No longer among those that are held: what still arrives of it is not kept. */
  is_gone = false;
  /** A count of tokens, which is no call. */
  is_count = false;
  /** Its change is about to be told. */
  is_noted = false;

  constructor(id: string, number: number, opened: number) {
    this.id = id;
    this.number = number;
    this.opened = opened;
  }
}

export class Exchange {
  readonly to: SentTo;
  readonly request: Omit<SentRequest, 'body'>;
  readonly body: RequestBody | undefined;
  status: number | null = null;
  headers: Record<string, string | string[]> = noHeaders;
  readonly answer = new AnswerBody();
  error: string | null = null;
  readonly sent: number;
  connected: number | undefined = undefined;
  head: number | undefined = undefined;
  first_byte: number | undefined = undefined;
  ended: number | undefined = undefined;

  constructor(to: SentTo, { method, url, headers, key, body }: SentRequest, sent: number) {
    this.to = to;
    this.request = { method, url, headers, key };
    this.body = body === undefined ? undefined : new RequestBody(body);
    this.sent = sent;
  }
}

const noHeaders: Record<string, never> = {};

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
