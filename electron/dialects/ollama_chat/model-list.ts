import { createHash } from 'node:crypto';

import type { JsonObject } from '../../contract/json.ts';
import type { Model } from '../../contract/models.ts';

/**
 * The release whose addresses these are, because tools ask for one that is new enough: 0.13.4 has Responses, 0.14 has
 * Messages.
 */
export const ollamaVersion = '0.14.0';

/** Ollama's list of local models. Clients in languages with strict types want every field. */
export function encodeModels(models: readonly Model[]): JsonObject {
  return { models: models.map(encodeTag) };
}

function encodeTag(model: Model): JsonObject {
  return {
    name: model.id,
    model: model.id,
    modified_at: modifiedAt(model),
    size: 0,
    digest: createHash('sha256').update(model.id).digest('hex'),
    details: encodeDetails(model),
    capabilities: encodeCapabilities(model),
  };
}

/** What Ollama tells of one model; tools read the length of its context and what it can do. */
export function encodeModel(model: Model): JsonObject {
  const family = model.provider;
  return {
    license: '',
    modelfile: '',
    parameters: '',
    template: '',
    system: '',
    details: encodeDetails(model),
    model_info: {
      'general.architecture': family,
      'general.basename': model.name,
      // Tools look it up under the architecture's name.
      ...(model.context_size !== undefined && { [`${family}.context_length`]: model.context_size }),
    },
    capabilities: encodeCapabilities(model),
    modified_at: modifiedAt(model),
  };
}

/** Nothing is ever loaded here. */
export function encodeRunning(): JsonObject {
  return { models: [] };
}

function encodeDetails(model: Model): JsonObject {
  return {
    parent_model: '',
    format: '',
    family: model.provider,
    families: [model.provider],
    parameter_size: '',
    quantization_level: '',
  };
}

/** Few lists say whether a model calls tools; nearly all do, and a tool that believes they do not never tries. */
function encodeCapabilities({ input_modalities: input = [], reasoning, tools = true }: Model): string[] {
  return [
    'completion',
    ...(tools ? ['tools'] : []),
    ...(input.includes('image') ? ['vision'] : []),
    ...(reasoning === true ? ['thinking'] : []),
  ];
}

function modifiedAt({ release_date: released }: Model): string {
  const time = Date.parse(released ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}
