import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { isMissing } from '../request-fields.ts';

/**
 * Fields of a body that would change the answer and that our own words have no place for. They are
 * refused by name where the bytes cannot pass as they are; leaving them out would be a wrong answer.
 */
export function unsupportedFields(body: JsonObject): string[] {
  return Object.entries(changesAnswer).flatMap(([name, check]) => (check(body[name]) ? [name] : []));
}

const changesAnswer: Record<string, (value: Json | undefined) => boolean> = {
  n: value => !isMissing(value) && value !== 1,
  logprobs: value => !isMissing(value) && value !== false,
  top_logprobs: value => !isMissing(value) && value !== 0,
  logit_bias: value => isJsonObject(value) && Object.keys(value).length > 0,
  audio: value => !isMissing(value),
  modalities: value => Array.isArray(value) && value.some(modality => modality !== 'text'),
  web_search_options: value => !isMissing(value),
};
