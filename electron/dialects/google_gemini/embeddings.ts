import type { Json, JsonObject } from '../../contract/json.ts';
import type { RouteMatch } from '../dialect.ts';
import { asVector, checkVectors, textInputs } from '../embedding-values.ts';
import type { EmbeddingClient, EmbeddingRequest, Embeddings, EmbeddingServer } from '../embeddings.ts';
import { numberField, objectField, objectsField } from '../json-fields.ts';
import { invalidField, isMissing, optionalCount, readList } from '../request-fields.ts';
import { readMembers } from './camel-members.ts';
import { decodeTexts } from './decode-parts.ts';
import { methodPath, methodRoutes, resourceName } from './method-path.ts';
import { readRoute } from './read-request.ts';

const client: EmbeddingClient = {
  // Google's limit for one batch.
  max_inputs: 100,
  path: modelId => methodPath(modelId, 'batchEmbedContents'),
  encodeRequest(request, modelId, warn) {
    const { dimensions, extra } = request;
    for (const name of Object.keys(extra)) warn(name);
    const requests = textInputs(request).map(text => ({
      model: resourceName(modelId),
      content: { parts: [{ text }] },
      ...(dimensions !== undefined && { outputDimensionality: dimensions }),
    }));
    return { requests };
  },
  decodeResponse(body) {
    // Not every version of the API says it.
    const tokens = numberField(objectField(body, 'usageMetadata') ?? {}, 'promptTokenCount');
    return {
      vectors: checkVectors(objectsField(body, 'embeddings').map(({ values }) => asVector(values))),
      ...(tokens !== undefined && { input_tokens: tokens }),
    };
  },
};

const batch: EmbeddingServer = {
  routes: methodRoutes('batchEmbedContents'),
  is_native: true,
  readModel: (_body, route) => readRoute(route).model,
  decodeRequest(body, route) {
    const requests = readList(body['requests'], 'requests');
    if (requests.length === 0) throw invalidField('requests', 'a list with at least one request');
    const decoded = requests.map((request, index) => decodeOne(request, `requests[${index}]`, route));
    const [first] = decoded;
    if (!first || decoded.some(({ dimensions }) => dimensions !== first.dimensions)) {
      throw invalidField('outputDimensionality', 'the same in all requests');
    }
    return { ...first, input: decoded.flatMap(({ text }) => text) };
  },
  rewrite(body, modelId) {
    const requests = objectsField(body, 'requests');
    return {
      ...body,
      requests: requests.map(request => ({ ...request, model: resourceName(modelId) })),
    };
  },
  encodeResponse: ({ vectors, input_tokens: tokens }) => ({
    embeddings: vectors.map(values => ({ values })),
    ...(tokens !== undefined && { usageMetadata: { promptTokenCount: tokens } }),
  }),
};

const single: EmbeddingServer = {
  routes: methodRoutes('embedContent'),
  is_native: false,
  readModel: (_body, route) => readRoute(route).model,
  decodeRequest(body, route) {
    const { text, ...request } = decodeOne(body, '', route);
    return { ...request, input: [text] };
  },
  rewrite: body => body,
  encodeResponse: ({ vectors: [values = []], input_tokens: tokens }) => ({
    embedding: { values },
    ...(tokens !== undefined && { usageMetadata: { promptTokenCount: tokens } }),
  }),
};

export const embeddings: Embeddings = { client, servers: [batch, single] };

type OneEmbedding = Omit<EmbeddingRequest, 'input'> & { text: string };

function decodeOne(value: Json, path: string, route: RouteMatch | undefined): OneEmbedding {
  const { model: _m, content, outputDimensionality: _o, ...extra } = readMembers(value, path);
  if (isMissing(content)) throw invalidField(path === '' ? 'content' : `${path}.content`, 'an object');
  const dimensions = optionalCount(readMembers(value, path), 'outputDimensionality', path);
  return {
    model: readRoute(route).model,
    text: decodeTexts(content, path === '' ? 'content' : `${path}.content`),
    encoding: 'float',
    ...(dimensions !== undefined && { dimensions }),
    extra: extra satisfies JsonObject,
  };
}
