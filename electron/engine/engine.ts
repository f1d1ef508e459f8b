import type { BackendCheck, BackendStatus, ProviderInfo, ProviderReview } from '../contract/backends.ts';
import type { Completion } from '../contract/completion.ts';
import type { Delta } from '../contract/deltas.ts';
import type { AppError, ErrorInfo } from '../contract/errors.ts';
import type { DialectName, Model } from '../contract/models.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { PassthroughRequest } from '../dialects/dialect.ts';

/** Where a call goes: one model of one backend. */
export type Target = {
  backend: string;
  /** The upstream's own model id. */
  model: string;
  dialect: DialectName;
  /** True when no hook touches body or events, so that bytes of the same dialect may pass as they are. */
  passes_bytes: boolean;
};

/** Who calls, and how to stop it. */
export type CallContext = {
  /** `chat`, `cli`, or the name of the gateway key. */
  client: string;
  /** Dialect the tool spoke; null for the chat. */
  dialect_in: DialectName | null;
  /** The name as it was asked for, alias or not. */
  model_asked: string;
  /** First tier of the keys: a key given with this very call (any form a key may take in settings). */
  api_key?: string;
  signal: AbortSignal;
};

export type ResolveOptions = {
  /** Dialect the tool speaks: taken where the provider speaks it, too. */
  dialect_in?: DialectName | null;
  /** Whose failed call this is. */
  record_for?: CallContext;
};

/** An answer as a stream of deltas. It does not throw once it has begun: its last delta may be an error. */
export type DeltaStream = {
  call_id: string;
  /** Fields of the request the upstream's dialect has no place for; they were left out. */
  warnings: readonly string[];
  deltas: AsyncIterable<Delta>;
  /** The answer so far; whole when `deltas` has ended. */
  completion: Completion;
};

/** Receives an answer's bytes as the upstream sends them. */
export type ByteSink = {
  /** Head of a good answer (status below 400). Header names are lower case; hop-by-hop headers are gone. */
  head(status: number, headers: Record<string, string | string[]>): void;
  /** False asks for a pause until `ByteFlow.resume`. */
  data(chunk: Buffer): boolean;
  end(): void;
  /** Before `head`: nothing was sent yet, answer with a real status. After it: the answer was cut off. */
  fail(error: AppError): void;
};

export type ByteFlow = { call_id: string; resume(): void };

export type ModelList = { models: Model[]; problems: { backend: string; error: ErrorInfo }[] };

/** Every provider behind one door: the only part of Parley that talks to upstreams. */
export type Engine = {
  /**
   * Finds the backend for `backend/model` (or an alias). Throws unknown_model or the script's error, which is recorded
   * in the ledger for the caller given.
   */
  resolveModel(name: string, options?: ResolveOptions): Promise<Target>;
  /** Asks in our own words. Resolves when the upstream has accepted; throws AppError before that. */
  streamDeltas(target: Target, request: ChatRequest, context: CallContext): Promise<DeltaStream>;
  /** Asks with the tool's own bytes; only for targets that pass bytes of `context.dialect_in`. Does not throw. */
  passBytes(target: Target, request: PassthroughRequest, context: CallContext, sink: ByteSink): ByteFlow;
  /** All models of all enabled backends; listed again after `refresh` or when the cache is too old. */
  listModels(options?: { refresh?: boolean; patience_ms?: number }): Promise<ModelList>;
  /** One model by its name `backend/model-id`, with all that is known of it. Throws unknown_model where it is not listed. */
  getModel(name: string): Promise<Model>;
  listBackends(): Promise<BackendStatus[]>;
  /** Real requests: health and models. Throws unknown_backend. */
  checkBackend(name: string, signal?: AbortSignal): Promise<BackendCheck>;
  listProviders(): Promise<ProviderInfo[]>;
  /** Runs the script in the sandbox without network. Throws the script's error, or why it is refused. */
  inspectProvider(fileName: string, source: string): Promise<ProviderReview>;
  /** Ends every call and every script worker. */
  close(): Promise<void>;
};
