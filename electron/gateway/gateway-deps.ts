import type { IncomingMessage, ServerResponse } from 'node:http';

import type { CallWatch } from '../contract/call-watch.ts';
import type { CallLog } from '../contract/calls.ts';
import type { GatewayConfig } from '../contract/config.ts';
import type { DialectName } from '../contract/models.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Engine } from '../engine/engine.ts';
import type { ClientLimits } from './client-limits/client-limits.ts';
import type { CallMetrics } from './metrics/call-metrics.ts';

/** The dialects tools may speak. OpenAI's is always there: its envelope carries the errors of no dialect. */
type GatewayDialects = { openai_completions: Dialect } & Partial<Record<DialectName, Dialect>>;

export type GatewayDeps = {
  engine: Pick<
    Engine,
    'resolveModel' | 'answer' | 'targetOf' | 'embed' | 'countTokens' | 'listModels' | 'getModel'
  >;
  dialects: GatewayDialects;
  /** Looks a presented key up, in constant time; undefined when it is unknown or revoked. */
  verifyKey(key: string): { id: string; name: string } | undefined;
  /** Read anew for every request, so that an edit of parley.yaml holds at once. */
  config(): GatewayConfig;
  version: string;
  /** Answers the page's own addresses (/ui…); false when it has none there. */
  page?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** What holds clients to the limits of their keys. */
  limits?: ClientLimits;
  /** Watches what tools send. */
  watch?: Pick<CallWatch, 'received' | 'aside'>;
  /** What GET /metrics answers. */
  metrics?: Pick<CallMetrics, 'scrape'>;
  /** Records calls refused before they reached the engine (which records all others). */
  calls?: CallLog;
  /** Told of what should never happen; the request was answered with 500. */
  onProblem?: (error: unknown) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
  timeouts?: Partial<GatewayTimeouts>;
};

/** Limits in milliseconds, on sending a request. An answer may take as long as it likes. */
export type GatewayTimeouts = {
  /** Until all headers are in. */
  headers: number;
  /** Until the whole body is in. */
  request: number;
  /** Until an idle connection is closed. */
  keep_alive: number;
  /** How long a refused upload is read on, so that the refusal can be received. */
  drain: number;
  /** Without a byte of a streamed answer, until the tool is told that its call is alive: less than any of them waits. */
  silence: number;
};

export const defaultTimeouts: GatewayTimeouts = {
  headers: 20_000,
  request: 120_000,
  keep_alive: 65_000,
  drain: 10_000,
  silence: 15_000,
};
