import type { IncomingHttpHeaders } from 'node:http';

import type { PlainHead } from './plain-head.ts';

/** A request that was read whole, with the fields Node's IncomingMessage has. */
export class PlainRequest {
  readonly method = 'POST';
  readonly complete = true;
  readonly url: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Of the head: the same object for those that differ in nothing but the length. */
  readonly kind: object;

  constructor(head: PlainHead, body: Buffer) {
    this.url = head.url;
    this.headers = head.headers;
    this.rawHeaders = head.raw_headers;
    this.body = body;
    this.kind = head.kind;
  }
}
