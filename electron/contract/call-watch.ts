import type { CallLog } from './calls.ts';

/** A tool's request as the gateway read it. */
export type ReceivedRequest = {
  method: string;
  /** Path and query, as sent. */
  url: string;
  /** Names and values in turn, as sent. */
  raw_headers: readonly string[];
  /** A large one is empty once its response has closed: who wants it longer copies it. */
  body: Uint8Array;
  /** What the answer will say of the call; filled as it becomes known. */
  answer_headers: Readonly<Record<string, string>>;
};

/** A request as it goes out to an upstream. */
export type SentRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** Bytes in pieces that follow each other. */
  body?: readonly Uint8Array[] | string;
  /** What must never be shown of it, wherever it stands; null where there is no key. */
  key: string | null;
};

/** Who is asked, and for the how-manieth time in this call. */
export type SentTo = { number: number; backend: string; model: string };

/** Told of one exchange with an upstream as it happens. No method throws or waits. */
export type ExchangeWatch = {
  /** There is a connection for it; at once where one was kept. */
  connected?(): void;
  head(status: number, headers: Record<string, string | string[]>): void;
  data(chunk: Uint8Array): void;
  end(): void;
  fail(message: string): void;
};

/** Watches what goes over the wires; it copies little and formats nothing until somebody looks. */
export type CallWatch = {
  /** A tool has asked; `call_id` is the row its call will have in the ledger. */
  received(callId: string, request: ReceivedRequest): void;
  sent(callId: string, to: SentTo, request: SentRequest): ExchangeWatch;
  /** What is shown beside the calls and is no row of the ledger: counts of tokens. */
  aside: CallLog;
};
