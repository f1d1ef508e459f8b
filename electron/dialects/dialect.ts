import type { Completion } from '../contract/completion.ts';
import type { Delta } from '../contract/deltas.ts';
import type { AppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { DialectName, Model } from '../contract/models.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { Usage } from '../contract/usage.ts';
import type { Embeddings } from './embeddings.ts';
import type { TokenCounting } from './token-counting.ts';

/** What the client half needs to know of the model it writes for; `id` is the upstream's own model id. */
export type TargetModel = { id: string; reasoning?: boolean; max_output_tokens?: number };

/** Turns the raw events of one streamed answer into deltas; holds what must be remembered between events. */
export type EventDecoder = {
  /** Deltas of one event; [] when it says nothing. */
  decodeEvent(event: JsonObject): Delta[];
};

/** Told of a field of the request that this dialect (or this model) has no place for, e.g. `top_k`. */
export type Warn = (field: string) => void;

/** We ask an upstream. Pure: no network, no clock. */
export type ClientDialect = {
  framing: 'sse' | 'ndjson';
  /** Path below the provider's base URL, e.g. `/v1/chat/completions`. */
  path(model: TargetModel, options: { stream: boolean }): string;
  /** What would change the answer is refused with AppError `invalid_request`; what else is left out goes to `warn`. */
  encodeRequest(request: ChatRequest, model: TargetModel, warn?: Warn): JsonObject;
  /** `request` is what was asked, for dialects that had to write something otherwise: names of tools they refuse. */
  createDecoder(request?: ChatRequest): EventDecoder;
  /** A whole (not streamed) answer, as deltas, so that both kinds take one way. */
  decodeResponse(body: JsonObject, request?: ChatRequest): Delta[];
  /** An answer with an error status; `body` is text that may or may not be JSON. */
  decodeError(status: number, body: string): AppError;
};

/** A tool's request in our words. `model` is what it asked for, e.g. `groq/llama-3.3-70b`. */
export type DecodedRequest = {
  model: string;
  request: ChatRequest;
  /** What the encoder must know to answer as the tool expects, e.g. whether it asked for usage. */
  wants_usage: boolean;
};

export type EncoderContext = {
  /** Id the answer carries where the upstream gave none. */
  id: string;
  /** Model name put into the answer: the upstream's own name where it gave one. */
  model: string;
  /** Unix time in seconds. */
  created: number;
  wants_usage: boolean;
  /** What was asked, for dialects whose answers repeat it. */
  request?: ChatRequest;
  /** Bytes of somebody else's stream that this one goes on from, the last ones, as Latin-1. */
  sent?: string;
};

/** Turns deltas into the frames of one streamed answer, ready to be written. */
export type StreamEncoder = {
  encode(delta: Delta): string;
  /** The closing frames: finish reason, usage if wanted, end marker. Not called after an error. */
  finish(completion: Completion): string;
  /** An error frame in the tool's own dialect; the stream ends after it, without a faked finish. */
  fail(error: AppError): string;
};

export type EncodedError<Body = JsonObject> = {
  status: number;
  body: Body;
  headers?: Record<string, string>;
};

/**
 * What the address of a request said, for dialects whose routes have parameters; see match-route.ts. Dialects that read
 * everything from the body ignore it.
 */
export type RouteMatch = {
  /** Values of the route's `{names}`, decoded. */
  params: Record<string, string>;
  /** Whether the address asks for a stream, where it says so instead of the body. */
  stream?: boolean;
};

/** A tool asks us. Pure. */
export type ServerDialect = {
  /** POST addresses it answers on, e.g. `/v1/chat/completions`; `{name}` stands for a parameter, slashes included. */
  routes: readonly string[];
  /** Throws AppError `invalid_request` naming the field. */
  decodeRequest(body: JsonObject, route?: RouteMatch): DecodedRequest;
  /** Takes out of a request what only an upstream of this dialect should see; for requests that go to another one. */
  forOthers?(request: ChatRequest): ChatRequest;
  /** Fields that are kept in `extra` although they were understood: leaving them out loses nothing. */
  understood_extra?: readonly string[];
  /** Its answers have no place for the sources of what they say. */
  hides_sources?: true;
  stream_content_type: string;
  /** Event that only says that the call is alive; a comment where nothing is said. */
  keep_alive?: string;
  createEncoder(context: EncoderContext): StreamEncoder;
  encodeResponse(completion: Completion, context: EncoderContext): JsonObject;
  /** In a list where the answer would have been one. */
  encodeError(error: AppError): EncodedError<JsonObject | JsonObject[]>;
};

/** Facts found in a request body without parsing all of it, with the body as it goes to the upstream. */
export type PassthroughRequest = {
  model: string;
  stream: boolean;
  /** The same bytes with only the model name changed, and usage asked for; in pieces, so that a large body is not copied. */
  rewrite(model: string): readonly Buffer[];
  /**
   * Whether the answer's bytes change on their way back, and with them its length: mostly because `rewrite` asks for usage
   * that the tool did not ask for, which is taken out again.
   */
  edits_answer: boolean;
  /** Where it goes at the upstream and how that answers, where one of them is not the dialect's own. */
  address?: OtherAddress;
};

export type OtherAddress = Pick<Passthrough, 'createScanner'> & {
  path?: string;
  /** Whether not every upstream of the dialect has it: one that says so is asked in our own words instead. */
  is_optional?: boolean;
};

/** Watches the bytes of an answer go by. */
export type PassthroughScanner = {
  /** Bytes to hand on at once; they differ from `chunk` only where added usage is taken out. */
  push(chunk: Buffer): Buffer;
  /** Bytes held back, if any, at the end of the answer. */
  end(): Buffer;
  /** What was seen: valid after `end`. */
  facts(): PassthroughFacts;
  /**
   * After `end`, of a whole answer: whether it is certain to be finished and without an error, so that it can be handed on
   * before `facts` looks for all else.
   */
  isSound?(): boolean;
  /** Whether the stream said that it is over (`data: [DONE]`), whole or not. */
  isDone(): boolean;
};

export type PassthroughFacts = {
  model?: string;
  usage?: Usage;
  /** Whether a finish reason (and so a whole answer) was seen. */
  finished: boolean;
  /** An error frame inside the stream: the upstream's own code or message. */
  error?: string;
  /** The HTTP status that error stands for, where the upstream gave one. */
  error_status?: number;
  /** Milliseconds until a retry makes sense, where the error said so. */
  retry_after_ms?: number;
  /** Whether a byte of answer (text, reasoning, tool call) was seen yet. */
  started: boolean;
};

/** Same dialect in and out: bytes go through as they are. */
export type Passthrough = {
  /** Throws AppError `invalid_request` when it is not a JSON object with a string `model`. */
  readRequest(body: Buffer, route?: RouteMatch): PassthroughRequest;
  createScanner(options: { stream: boolean; strip_usage: boolean }): PassthroughScanner;
  /** Headers of a tool that say how its body is to be read, and so go along with it to an upstream of the dialect. */
  headers?: readonly string[];
};

/** An address of the same vendor with bodies of another shape; asked in our own words it is the dialect's chat. */
export type DialectVariant = {
  server: ServerDialect;
  passthrough: Passthrough;
  /** The answer to a request that asks a model for nothing; undefined where it does ask. Throws AppError `invalid_request`. */
  answerNothing?(body: Buffer, context: { model: string; created: number }): JsonObject | undefined;
};

/** How one call is asked and answered. */
export type CallForm = Pick<Dialect, 'server' | 'passthrough'>;

export type Dialect = {
  name: DialectName;
  client: ClientDialect;
  server: ServerDialect;
  passthrough: Passthrough;
  /** For one call whose address asks in its query for an answer of another form. */
  formOf?(query: URLSearchParams, route: RouteMatch): CallForm | undefined;
  variants?: readonly DialectVariant[];
  embeddings?: Embeddings;
  counting?: TokenCounting;
  listing?: ModelListing;
};

/** How a vendor tells tools of its models. Pure. */
export type ModelListing = {
  /** `query` is the address's: for those that give the list in pages. Throws AppError `invalid_request` naming the parameter. */
  encodeModels(models: readonly Model[], query: URLSearchParams): JsonObject;
  encodeModel(model: Model): JsonObject;
};
