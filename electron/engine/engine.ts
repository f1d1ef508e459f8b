import type {
  BackendCheck,
  BackendStatus,
  CircuitStatus,
  ProviderInfo,
  ProviderReview,
} from '../contract/backends.ts';
import type { Completion } from '../contract/completion.ts';
import type { Delta } from '../contract/deltas.ts';
import type { AppError, ErrorInfo } from '../contract/errors.ts';
import type { DialectName, Model } from '../contract/models.ts';
import type { ListedPrice } from '../contract/prices.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { PassthroughRequest } from '../dialects/dialect.ts';
import type { CallTrace } from './call-trace.ts';
import type { TokenCounter } from './count-tokens.ts';
import type { EmbeddingAsked, EmbeddingResult } from './embed.ts';
import type { ReadBeside } from './inspect-provider.ts';
import type { ProviderDesk } from './provider-desk.ts';

/** One model of one backend, by their names. */
export type Candidate = {
  backend: string;
  /** The upstream's own model id. */
  model: string;
};

/** Where a call may go: they are asked in this order until one answers. */
export type Plan = {
  candidates: readonly [Candidate, ...Candidate[]];
  /** Models of an alias that cannot be asked, one sentence each. */
  warnings: readonly string[];
};

/** A candidate whose script is loaded, so that it is known how to ask it. */
export type Target = Candidate & {
  dialect: DialectName;
  /** True when no hook touches body or events, so that bytes of the same dialect may pass as they are. */
  passes_bytes: boolean;
};

/** Tells that a call is to stop. Every AbortSignal does; the gateway, which needs one for each call, has a lighter one. */
export type StopSignal = {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
};

/** Who calls, and how to stop it. */
export type CallContext = {
  /** The call's id in the ledger, where the caller has to know it first. */
  call_id?: string;
  /** `chat`, `cli`, or the name of the gateway key. */
  client: string;
  /** Dialect the tool spoke; null for the chat. */
  dialect_in: DialectName | null;
  /** The name as it was asked for, alias or not. */
  model_asked: string;
  /** First tier of the keys: a key given with this very call (any form a key may take in settings). */
  api_key?: string;
  /** Headers of the tool that belong to its body: for upstreams of the dialect it speaks. */
  headers?: Record<string, string>;
  signal: StopSignal;
  /** Somebody who wants to see how the call is made, station by station. */
  trace?: CallTrace;
};

export type ResolveOptions = {
  /** Whose failed call this is. */
  record_for?: CallContext;
};

/** A call's request, in the forms it can be sent in. */
export type Question = {
  /** The request in our own words, for a target of another dialect or with hooks. Throws invalid_request. */
  words(target: Target): ChatRequest;
  /** The tool's own bytes, in `context.dialect_in`, and who gets the answer's: for targets that pass bytes. */
  bytes?: { request: PassthroughRequest; sink: ByteSink };
};

/** Told of a call: first `asks`, more than once where an attempt fails, then the bytes' sink, `deltas` or `fail`. */
export type CallListener = {
  /** Who is asked now, for the how-manieth time in all; the last one told is who answers, or who failed last. */
  asks?(target: Target, attempts: number): void;
  /** Fields of the request that whoever is asked now does not take; they were left out. */
  drops?(fields: readonly string[]): void;
  /** The answer has begun, in our own words. */
  deltas(stream: DeltaStream): void;
  /** Nobody answered, and nothing of an answer was handed on. */
  fail(error: AppError): void;
};

/** An answer as a stream of deltas, begun when the first of its text is there. It does not throw: its last delta may be an error. */
export type DeltaStream = {
  call_id: string;
  /** Who answers. */
  target: Target;
  /** Upstreams asked, or asked again, until one answered. */
  attempts: number;
  /** Fields of the request the upstream's dialect has no place for; they were left out. */
  warnings: readonly string[];
  deltas: AsyncIterable<Delta>;
  /** The answer so far; whole when `deltas` has ended. */
  completion: Completion;
};

/** Receives an answer's bytes as the upstream sends them. */
export type ByteSink = {
  /** Head of a good answer (status below 300), told when its first byte is there. Header names are lower case. */
  head(status: number, headers: Record<string, string | string[]>): void;
  /** False asks for a pause until `CallFlow.resume`. */
  data(chunk: Buffer): boolean;
  /** `last` is the last of the bytes, where they were held back until now: with it one write is enough. */
  end(last?: Buffer): void;
  /** After `head`: the answer was cut off. */
  cut(error: AppError): void;
};

export type CallFlow = {
  /** The sink of the bytes takes more. */
  resume(): void;
};

export type ModelList = { models: Model[]; problems: { backend: string; error: ErrorInfo }[] };

/** Every provider behind one door: the only part of Parley that talks to upstreams. */
export type Engine = ProviderDesk & {
  /**
   * Finds who may answer: `backend/model`, an alias, or a model id that one backend alone has; waits only where lists of models
   * have to be read. Throws, or rejects with, unknown_model, which is recorded in the ledger for the caller given.
   */
  resolveModel(name: string, options?: ResolveOptions): Plan | Promise<Plan>;
  /**
   * Asks a plan's candidates, again and one after the other as their failures demand, until one answers. One row of the
   * ledger, whatever comes of it. Does not throw: the listener hears of everything.
   */
  answer(plan: Plan, question: Question, context: CallContext, listener: CallListener): CallFlow;
  /** The same for a request in our own words. Resolves when the answer has begun; throws AppError before that. */
  streamDeltas(plan: Plan, request: ChatRequest, context: CallContext): Promise<DeltaStream>;
  /** Asks for vectors. One row of the ledger, whatever comes of it. Throws AppError; `asks` as for `answer`. */
  embed(
    plan: Plan,
    asked: EmbeddingAsked,
    context: CallContext,
    asks?: CallListener['asks'],
  ): Promise<EmbeddingResult>;
  /** Counts the tokens of a request without having it answered, which is no row of the ledger. */
  countTokens: TokenCounter;
  /** How a candidate is asked by somebody who speaks `dialect_in`. Throws the script's error. */
  targetOf(candidate: Candidate, dialectIn?: DialectName | null): Promise<Target>;
  /**
   * All models of all enabled backends, and the aliases; listed again after `refresh` or when the cache is too old. Those
   * the settings hide are in it, marked, with `hidden` only.
   */
  listModels(options?: { refresh?: boolean; patience_ms?: number; hidden?: boolean }): Promise<ModelList>;
  /** One model by any name a call may give it, with all that is known of it. Throws unknown_model where it is not listed. */
  getModel(name: string): Promise<Model>;
  /** What every model costs, as far as that is known; also those that were called by these names and are listed no more. */
  listPrices(called: readonly string[]): Promise<ListedPrice[]>;
  listBackends(): Promise<BackendStatus[]>;
  /** How the backends fare that were called. */
  circuits(): ({ backend: string } & CircuitStatus)[];
  /** Real requests: health and models. Throws unknown_backend. */
  checkBackend(
    name: string,
    signal?: AbortSignal,
    onStep?: (check: BackendCheck) => void,
  ): Promise<BackendCheck>;
  listProviders(): Promise<ProviderInfo[]>;
  /**
   * Runs the script in the sandbox without network; `readBeside` reads JSON files that lie beside it. Throws the script's
   * error, or why it is refused.
   */
  inspectProvider(fileName: string, source: string, readBeside?: ReadBeside): Promise<ProviderReview>;
  /** Ends every call and every script worker; one that does not end within a second is left to `countEnding`. */
  close(): Promise<void>;
  /** Script workers that were told to end and have not: the process cannot end by itself before they do. */
  countEnding(): number;
};
