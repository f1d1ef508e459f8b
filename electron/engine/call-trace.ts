import type { Delta } from '../contract/deltas.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import type { RequestStep } from '../contract/studio-calls.ts';
import type { ResolvedKey } from './keys/resolve-key.ts';

/** What is known of a request behind one of its stations. */
export type KnownRequest = {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  body?: Json | Buffer;
};

/** Told of every station of one call, in order. It must copy what it keeps, and neither throws nor waits. */
export type CallTrace = {
  key(resolved: ResolvedKey | null): void;
  step(step: RequestStep, known: KnownRequest): void;
  /** An event of the answer, or all of it, and what the dialect made of it. */
  event(raw: JsonObject, deltas: readonly Delta[]): void;
  /** What modify_events made of the first event that is still without. */
  modified(deltas: readonly Delta[]): void;
};
