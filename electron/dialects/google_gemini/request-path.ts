import type { TargetModel } from '../dialect.ts';

/** Path of a call: the model and whether it streams stand in it. */
export function requestPath(model: TargetModel, { stream }: { stream: boolean }): string {
  // Google lists its models with the collection before their id.
  const [, collection = 'models', id = model.id] = /^(models|tunedModels)\/(.+)$/.exec(model.id) ?? [];
  // Encoded whole: an id comes from a tool, and must not lead to another address.
  const resource = `/v1beta/${collection}/${encodeURIComponent(id)}`;
  return stream ? `${resource}:streamGenerateContent?alt=sse` : `${resource}:generateContent`;
}

/**
 * The same for what a tool asks us. Some clients write a model id with a slash without the collection before it, and
 * older ones ask under /v1.
 */
export const routes = [
  '/v1beta/models/{model}:generateContent',
  '/v1beta/models/{model}:streamGenerateContent',
  '/v1/models/{model}:generateContent',
  '/v1/models/{model}:streamGenerateContent',
  '/v1beta/{model}:generateContent',
  '/v1beta/{model}:streamGenerateContent',
] as const;
