import type { SeenRequest } from '../../support/scripted-upstream.ts';
import type { Json } from './wire.ts';

export const VECTOR = [0.25, -0.5, 0.125];

/** How these upstreams count the tokens of a request: so that no estimate comes to the same. */
export const countOf = (body: string): number => 1000 + body.length;

/** What is no chat, in the vendors' own formats; aimock lacks most of it. Undefined is left to it. */
export function answerSide({ path, body }: SeenRequest): Json | undefined {
  const [address = ''] = path.split('?');
  if (address.endsWith('/messages/count_tokens')) return { input_tokens: countOf(body) };
  if (address.endsWith(':countTokens')) return { totalTokens: countOf(body) };
  if (address.endsWith(':batchEmbedContents')) {
    const { requests } = JSON.parse(body) as { requests: { outputDimensionality?: number }[] };
    return { embeddings: requests.map(request => ({ values: vectorOf(request.outputDimensionality) })) };
  }
  if (address.endsWith(':embedContent')) return { embedding: { values: VECTOR } };
  if (address.endsWith('/api/embed')) {
    const { model, input, dimensions } = JSON.parse(body) as {
      model: string;
      input: string | string[];
      dimensions?: number;
    };
    const embeddings = [input].flat().map(() => vectorOf(dimensions));
    return { model, embeddings, total_duration: 14_143_917, load_duration: 1_019_500, prompt_eval_count: 8 };
  }
  if (address.endsWith('/v1/embeddings')) {
    const { model, input, dimensions, encoding_format } = JSON.parse(body) as {
      model: string;
      input: string | string[];
      dimensions?: number;
      encoding_format?: string;
    };
    const vector = vectorOf(dimensions);
    const embedding =
      encoding_format === 'base64'
        ? Buffer.from(Float32Array.from(vector).buffer).toString('base64')
        : vector;
    return {
      object: 'list',
      data: [input].flat().map((_, index) => ({ object: 'embedding', index, embedding })),
      model,
      usage: { prompt_tokens: 8, total_tokens: 8 },
    };
  }
  return undefined;
}

function vectorOf(dimensions = VECTOR.length): number[] {
  return Array.from({ length: dimensions }, (_, i) => VECTOR[i % VECTOR.length] ?? 0);
}
