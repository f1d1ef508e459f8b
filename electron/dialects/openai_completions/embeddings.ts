import type { Json, JsonObject } from '../../contract/json.ts';
import type { EmbeddingClient, EmbeddingRequest, Embeddings, EmbeddingServer } from '../embeddings.ts';
import { checkVectors } from '../embedding-values.ts';
import { numberField, objectField, objectsField, textField } from '../json-fields.ts';
import { invalidField, optionalCount, optionalString, readName } from '../request-fields.ts';
import { decodeVector, encodeVector } from './vector-text.ts';

const address = '/v1/embeddings';

const client: EmbeddingClient = {
  max_inputs: 2048,
  path: () => address,
  encodeRequest({ input, dimensions }, modelId) {
    return {
      model: modelId,
      input,
      ...(dimensions !== undefined && { dimensions }),
      // A quarter of the bytes of numbers; servers that do not know it answer with numbers.
      encoding_format: 'base64',
    };
  },
  simplify(body, error) {
    const isRefused = body['encoding_format'] === 'base64' && error.includes('encoding_format');
    return isRefused ? { ...body, encoding_format: 'float' } : undefined;
  },
  decodeResponse(body) {
    const data = objectsField(body, 'data').toSorted(byIndex);
    const usage = objectField(body, 'usage') ?? {};
    const tokens = numberField(usage, 'prompt_tokens') ?? numberField(usage, 'total_tokens');
    const model = textField(body, 'model');
    return {
      vectors: checkVectors(data.map(({ embedding }) => decodeVector(embedding))),
      ...(model !== undefined && { model }),
      ...(tokens !== undefined && { input_tokens: tokens }),
    };
  },
};

const server: EmbeddingServer = {
  routes: [address],
  is_native: true,
  readModel: body => readName(body, 'model', ''),
  decodeRequest(body) {
    const { model: _m, input, dimensions: _d, encoding_format: _e, ...extra } = body;
    const dimensions = optionalCount(body, 'dimensions', '');
    return {
      model: readName(body, 'model', ''),
      input: decodeInput(input),
      encoding: decodeEncoding(optionalString(body, 'encoding_format', '')),
      ...(dimensions !== undefined && { dimensions }),
      extra,
    };
  },
  rewrite: (body, modelId) => ({ ...body, model: modelId }),
  // OpenAI's own clients ask for base64 without being told to, and several servers answer with numbers.
  fits: (answer, { encoding }) =>
    objectsField(answer, 'data').every(
      ({ embedding }) => typeof embedding === (encoding === 'base64' ? 'string' : 'object'),
    ),
  encodeResponse({ vectors, model, input_tokens: tokens = 0 }, { encoding, model: asked }) {
    return {
      object: 'list',
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: encoding === 'base64' ? encodeVector(vector) : vector,
      })),
      model: model ?? asked,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  },
};

/** OpenAI's embeddings, which most makers of open servers offer as well. */
export const embeddings: Embeddings = { client, servers: [server] };

function byIndex(a: JsonObject, b: JsonObject): number {
  return (numberField(a, 'index') ?? 0) - (numberField(b, 'index') ?? 0);
}

function decodeInput(input: Json | undefined): EmbeddingRequest['input'] {
  if (typeof input === 'string') return [input];
  if (Array.isArray(input) && input.length > 0) {
    if (isList(input, isText)) return input;
    if (isList(input, isToken)) return [input];
    if (isList(input, isTokens)) return input;
  }
  throw invalidField('input', 'a string, a list of strings, or lists of tokens, and not empty');
}

function isList<T extends Json>(list: Json[], is: (item: Json) => item is T): list is T[] {
  return list.every(item => is(item));
}

function isText(item: Json): item is string {
  return typeof item === 'string';
}

function isToken(item: Json): item is number {
  return Number.isSafeInteger(item);
}

function isTokens(item: Json): item is number[] {
  return Array.isArray(item) && item.length > 0 && isList(item, isToken);
}

function decodeEncoding(format: string | undefined): EmbeddingRequest['encoding'] {
  if (format === undefined || format === 'float') return 'float';
  if (format === 'base64') return 'base64';
  throw invalidField('encoding_format', 'float or base64');
}
