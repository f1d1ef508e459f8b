import type { JsonObject } from '../contract/json.ts';
import type { RouteMatch } from './dialect.ts';
import { numberField } from './json-fields.ts';
import { readName } from './request-fields.ts';

/** Counting the tokens of a request without answering it, where a wire format has an address for that. Pure. */
export type TokenCounting = {
  client: {
    path(modelId: string): string;
    /** What is counted, from a request as `encodeRequest` wrote it. */
    encodeRequest(encoded: JsonObject, modelId: string): JsonObject;
    /** The tool's own body for the upstream's own model id. */
    rewrite(body: JsonObject, modelId: string): JsonObject;
    /** Undefined where the answer holds no count. */
    decodeResponse(body: JsonObject): number | undefined;
  };
  server: {
    routes: readonly string[];
    /** Throws AppError `invalid_request` where it names no model. */
    readModel(body: JsonObject, route?: RouteMatch): string;
    /** The request that is counted, as the dialect's `decodeRequest` reads it. Throws AppError `invalid_request`. */
    readRequest(body: JsonObject, route?: RouteMatch): JsonObject;
    encodeResponse(tokens: number): JsonObject;
  };
};

/**
 * For vendors that count at one address, with the model in the body. `fields` are those it takes: it refuses every other
 * one, and those that shape only the answer are not among them.
 */
export function countingAt(
  address: string,
  fields: readonly string[],
  encodeResponse: TokenCounting['server']['encodeResponse'],
): TokenCounting {
  return {
    client: {
      path: () => address,
      encodeRequest(encoded, modelId) {
        const counted: JsonObject = { model: modelId };
        for (const name of fields) {
          const value = encoded[name];
          if (value !== undefined) counted[name] = value;
        }
        return counted;
      },
      rewrite: (body, modelId) => ({ ...body, model: modelId }),
      decodeResponse: body => numberField(body, 'input_tokens'),
    },
    server: {
      routes: [address],
      readModel: body => readName(body, 'model', ''),
      readRequest: body => body,
      encodeResponse,
    },
  };
}
