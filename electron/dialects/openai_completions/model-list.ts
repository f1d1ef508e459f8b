import type { JsonObject } from '../../contract/json.ts';
import type { Model } from '../../contract/models.ts';

/** OpenAI's list of models. */
export function encodeModels(models: readonly Model[]): JsonObject {
  return { object: 'list', data: models.map(encodeModel) };
}

/** What OpenAI says of a model, and what else is known of it under the names OpenRouter gave it, which tools look for. */
export function encodeModel(model: Model): JsonObject {
  const { id, name, backend, context_size: context, max_output_tokens: maxOutput } = model;
  const released = Date.parse(model.release_date ?? '');
  const architecture = withoutUndefined({
    input_modalities: model.input_modalities,
    output_modalities: model.output_modalities,
  });
  const pricing = encodePricing(model);
  return {
    id,
    object: 'model',
    created: Number.isNaN(released) ? 0 : Math.floor(released / 1000),
    owned_by: backend,
    ...(id !== `${backend}/${name}` && { name }),
    ...(context !== undefined && { context_length: context }),
    ...(maxOutput !== undefined && { max_completion_tokens: maxOutput }),
    ...(architecture && { architecture }),
    ...(pricing && { pricing }),
    ...(model.reasoning !== undefined && { reasoning: model.reasoning }),
  };
}

/** US dollars per token, as text: a number would lose its last digits. */
function encodePricing(model: Model): JsonObject | undefined {
  return withoutUndefined({
    prompt: perToken(model.input_cost),
    completion: perToken(model.output_cost),
    input_cache_read: perToken(model.cache_read_cost),
    input_cache_write: perToken(model.cache_write_cost),
  });
}

function perToken(perMillion: number | undefined): string | undefined {
  return perMillion === undefined ? undefined : trimZeros((perMillion / 1e6).toFixed(12));
}

function trimZeros(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}

function withoutUndefined(fields: Record<string, string | string[] | undefined>): JsonObject | undefined {
  const known: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) known[name] = value;
  return Object.keys(known).length === 0 ? undefined : known;
}
