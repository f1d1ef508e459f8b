import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { isEmpty, isMissing } from '../request-fields.ts';
import { optionalMembers } from './camel-members.ts';

/**
 * Refuses, by name, what would change the answer and our own words have no place for. Asked only where the bytes
 * cannot pass as they are; leaving it out would be a wrong answer.
 */
export function refuseUnsupported(body: JsonObject): void {
  const params = unsupportedFields(body, optionalMembers(body, 'generationConfig', '') ?? {});
  const [param] = params;
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `Parley cannot ask this model for ${params.join(', ')}, and without it the answer would be another one. Leave it out, or pick a model whose provider speaks Gemini itself.`,
    { body: { param } },
  );
}

function unsupportedFields(body: JsonObject, config: JsonObject): string[] {
  const { candidateCount, responseLogprobs, logprobs, responseModalities, speechConfig } = config;
  const formats = [config['responseFormat'] ?? []].flat();
  const isSpoken =
    Array.isArray(responseModalities) &&
    responseModalities.some(modality => modality !== 'TEXT' && modality !== 'MODALITY_UNSPECIFIED');
  const found: [string, boolean][] = [
    ['cachedContent', !isEmpty(body['cachedContent'])],
    ['continuationToken', !isEmpty(body['continuationToken'])],
    ['generationConfig.candidateCount', !isMissing(candidateCount) && candidateCount !== 1],
    ['generationConfig.responseLogprobs', responseLogprobs === true],
    ['generationConfig.logprobs', !isMissing(logprobs) && logprobs !== 0],
    ['generationConfig.responseModalities', isSpoken],
    ['generationConfig.responseFormat', formats.some(isOtherThanText)],
    ['generationConfig.speechConfig', !isMissing(speechConfig)],
  ];
  return found.flatMap(([name, isThere]) => (isThere ? [name] : []));
}

function isOtherThanText(format: Json): boolean {
  if (!isJsonObject(format)) return false;
  return (['image', 'audio', 'video'] as const).some(name => !isMissing(format[name]));
}
