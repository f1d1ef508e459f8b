import type { Json, JsonObject } from '../../contract/json.ts';
import type { RequestOptions } from '../../contract/request.ts';
import {
  invalidField,
  isMissing,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalString,
} from '../request-fields.ts';
import { optionalMembers } from './camel-members.ts';
import { openapiToJsonSchema } from './openapi-schema.ts';
import { decodeThinking } from './thinking.ts';

const path = 'generationConfig';

const decodedFields: ReadonlySet<string> = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'stopSequences',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'thinkingConfig',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'candidateCount',
  'responseLogprobs',
  'logprobs',
  'responseModalities',
]);

/** The options in `generationConfig`, and what is left of it where something is. */
export function decodeOptions(body: JsonObject): { options: RequestOptions; others?: JsonObject } {
  const config = optionalMembers(body, path, '') ?? {};
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    max_tokens: optionalCount(config, 'maxOutputTokens', path),
    temperature: optionalNumber(config, 'temperature', path),
    top_p: optionalNumber(config, 'topP', path),
    top_k: optionalNumber(config, 'topK', path),
    stop: decodeStop(config['stopSequences']),
    seed: optionalNumber(config, 'seed', path),
    frequency_penalty: optionalNumber(config, 'frequencyPenalty', path),
    presence_penalty: optionalNumber(config, 'presencePenalty', path),
    ...decodeThinking(optionalMembers(config, 'thinkingConfig', path), `${path}.thinkingConfig`),
    output: decodeOutput(config),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  const options = Object.fromEntries(said) as RequestOptions; // the entries of `all` without the undefined ones
  const others = Object.entries(config).filter(([name]) => !decodedFields.has(name));
  return others.length === 0 ? { options } : { options, others: Object.fromEntries(others) };
}

function decodeStop(stop: Json | undefined): string[] | undefined {
  if (isMissing(stop)) return undefined;
  if (Array.isArray(stop) && stop.every(item => typeof item === 'string')) return stop;
  throw invalidField(`${path}.stopSequences`, 'a list of strings');
}

function decodeOutput(config: JsonObject): RequestOptions['output'] {
  const older = optionalObject(config, 'responseSchema', path);
  const schema =
    optionalObject(config, 'responseJsonSchema', path) ?? (older ? openapiToJsonSchema(older) : undefined);
  const type = optionalString(config, 'responseMimeType', path) || 'text/plain';
  switch (type) {
    case 'text/plain':
      return undefined;
    case 'application/json':
      // Gemini gives an answer's schema no name; others demand one.
      return schema ? { type: 'json_schema', name: 'answer', schema } : { type: 'json_object' };
    default:
      throw invalidField(`${path}.responseMimeType`, 'text/plain or application/json');
  }
}
