import type { JsonObject } from '../contract/json.ts';
import type { RouteMatch, Warn } from './dialect.ts';

/** What texts are to be turned into vectors, in our own words. */
export type EmbeddingRequest = {
  model: string;
  /** Texts, or each as the tokens of the model. */
  input: string[] | number[][];
  dimensions?: number;
  /** How the tool reads the vectors; `base64` is little-endian float32. */
  encoding: 'float' | 'base64';
  /** Fields that only some upstreams know. */
  extra: JsonObject;
};

export type EmbeddingAnswer = {
  /** One a text, in order. */
  vectors: number[][];
  model?: string;
  /** Undefined where the upstream does not say. */
  input_tokens?: number;
};

/** We ask an upstream for vectors. Pure. */
export type EmbeddingClient = {
  /** Texts one request may hold; more are sent in several. */
  max_inputs: number;
  path(modelId: string): string;
  /** Throws AppError `invalid_request` for what would change the answer; what else is left out goes to `warn`. */
  encodeRequest(request: EmbeddingRequest, modelId: string, warn: Warn): JsonObject;
  /** The body without what the upstream's error shows it does not know; undefined where that is not the reason. */
  simplify?(body: JsonObject, error: string): JsonObject | undefined;
  /** Throws AppError `upstream_not_json` where there are no vectors in it. */
  decodeResponse(body: JsonObject): EmbeddingAnswer;
};

/** An address on which tools ask for vectors. Pure. */
export type EmbeddingServer = {
  routes: readonly string[];
  /** Whether the body is what the dialect's own `client` sends, so that its bytes may pass. */
  is_native: boolean;
  /** Throws AppError `invalid_request` where it names no model. */
  readModel(body: JsonObject, route?: RouteMatch): string;
  /** Throws AppError `invalid_request` naming the field. */
  decodeRequest(body: JsonObject, route?: RouteMatch): EmbeddingRequest;
  /** The same body for the upstream's own model id; only asked where it is native. */
  rewrite(body: JsonObject, modelId: string): JsonObject;
  /** Whether an upstream's own answer is what was asked for; else its vectors are written anew. */
  fits?(answer: JsonObject, request: EmbeddingRequest): boolean;
  encodeResponse(answer: EmbeddingAnswer, request: EmbeddingRequest): JsonObject;
};

/** Vectors of texts, where a wire format has addresses for them. */
export type Embeddings = { client: EmbeddingClient; servers: readonly EmbeddingServer[] };
