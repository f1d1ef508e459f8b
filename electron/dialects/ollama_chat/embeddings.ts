import type { Json, JsonObject } from '../../contract/json.ts';
import type { EmbeddingAnswer, EmbeddingClient, Embeddings, EmbeddingServer } from '../embeddings.ts';
import { asVector, checkVectors, textInputs } from '../embedding-values.ts';
import { numberField, textField } from '../json-fields.ts';
import { invalidField, optionalCount, readName, readString } from '../request-fields.ts';

const client: EmbeddingClient = {
  // Ollama has no limit of its own; this keeps one request from holding its runner for minutes.
  max_inputs: 512,
  path: () => '/api/embed',
  encodeRequest(request, modelId, warn) {
    const { dimensions, extra } = request;
    for (const name of Object.keys(extra)) warn(name);
    return {
      model: modelId,
      input: textInputs(request),
      ...(dimensions !== undefined && { dimensions }),
    };
  },
  decodeResponse(body) {
    const { embeddings } = body;
    const tokens = numberField(body, 'prompt_eval_count');
    const model = textField(body, 'model');
    return {
      vectors: checkVectors(Array.isArray(embeddings) ? embeddings.map(asVector) : []),
      ...(model !== undefined && { model }),
      ...(tokens !== undefined && { input_tokens: tokens }),
    };
  },
};

const embed: EmbeddingServer = {
  routes: ['/api/embed'],
  is_native: true,
  readModel: body => readName(body, 'model', ''),
  decodeRequest(body) {
    const { model: _m, input, dimensions: _d, ...extra } = body;
    const dimensions = optionalCount(body, 'dimensions', '');
    return {
      model: readName(body, 'model', ''),
      input: decodeInput(input),
      encoding: 'float',
      ...(dimensions !== undefined && { dimensions }),
      extra,
    };
  },
  rewrite: (body, modelId) => ({ ...body, model: modelId }),
  encodeResponse: (answer, { model }) => ({
    model: answer.model ?? model,
    embeddings: answer.vectors,
    // Nobody measured the model itself; clients in languages with strict types want the fields.
    total_duration: 0,
    load_duration: 0,
    ...countOf(answer),
  }),
};

/** The older address: one text, one vector. */
const embedOne: EmbeddingServer = {
  routes: ['/api/embeddings'],
  is_native: false,
  readModel: body => readName(body, 'model', ''),
  decodeRequest(body) {
    const { model: _m, prompt: _p, ...extra } = body;
    const prompt = readString(body, 'prompt', '');
    return { model: readName(body, 'model', ''), input: [prompt], encoding: 'float', extra };
  },
  rewrite: body => body,
  encodeResponse: ({ vectors }) => ({ embedding: vectors[0] ?? [] }),
};

export const embeddings: Embeddings = { client, servers: [embed, embedOne] };

function countOf({ input_tokens: tokens }: EmbeddingAnswer): JsonObject {
  return tokens === undefined ? {} : { prompt_eval_count: tokens };
}

function decodeInput(input: Json | undefined): string[] {
  if (typeof input === 'string') return [input];
  if (Array.isArray(input) && input.length > 0 && input.every(item => typeof item === 'string')) return input;
  throw invalidField('input', 'a string or a list of strings, and not empty');
}
