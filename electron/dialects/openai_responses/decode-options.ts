import type { Json, JsonObject } from '../../contract/json.ts';
import { reasoningEfforts } from '../../contract/request.ts';
import type { ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import { readCacheWish } from '../cache-wish.ts';
import { describeSchema } from '../describe-schema.ts';
import { objectsField, textField } from '../json-fields.ts';
import {
  invalidField,
  isMissing,
  optionalBoolean,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalString,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';

export function decodeOptions(body: JsonObject): RequestOptions {
  const reasoning = optionalObject(body, 'reasoning', '') ?? {};
  const effort = optionalString(reasoning, 'effort', 'reasoning');
  const text = optionalObject(body, 'text', '') ?? {};
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    max_tokens: optionalCount(body, 'max_output_tokens', ''),
    temperature: optionalNumber(body, 'temperature', ''),
    top_p: optionalNumber(body, 'top_p', ''),
    // These five are not OpenAI's here, but compatible servers know them and tools send them.
    top_k: optionalNumber(body, 'top_k', ''),
    stop: decodeStop(body['stop']),
    seed: optionalNumber(body, 'seed', ''),
    frequency_penalty: optionalNumber(body, 'frequency_penalty', ''),
    presence_penalty: optionalNumber(body, 'presence_penalty', ''),
    reasoning_effort: effort === undefined ? undefined : decodeEffort(effort),
    parallel_tool_calls: optionalBoolean(body, 'parallel_tool_calls', ''),
    output: decodeOutput(optionalObject(text, 'format', 'text')),
    cache: readCacheWish(body, markableParts(body)),
    metadata: optionalObject(body, 'metadata', ''),
    // The second is OpenAI's newer name for the first.
    user: optionalString(body, 'user', '') ?? textField(body, 'safety_identifier'),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}

function decodeStop(stop: Json | undefined): string[] | undefined {
  if (isMissing(stop)) return undefined;
  if (typeof stop === 'string') return [stop];
  if (Array.isArray(stop) && stop.every(item => typeof item === 'string')) return stop;
  throw invalidField('stop', 'a string or a list of strings');
}

function decodeEffort(effort: string): ReasoningEffort {
  const known = reasoningEfforts.find(candidate => candidate === effort);
  if (known) return known;
  throw invalidField('reasoning.effort', `one of ${reasoningEfforts.join(', ')}`);
}

function decodeOutput(format: JsonObject | undefined): RequestOptions['output'] {
  const path = 'text.format';
  if (!format) return undefined;
  switch (readString(format, 'type', path)) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const strict = optionalBoolean(format, 'strict', path);
      return {
        type: 'json_schema',
        name: readName(format, 'name', path),
        schema: describeSchema(
          readObject(format['schema'], `${path}.schema`),
          optionalString(format, 'description', path),
        ),
        ...(strict !== undefined && { strict }),
      };
    }
    default:
      throw invalidField(`${path}.type`, 'text, json_object or json_schema');
  }
}

function markableParts(body: JsonObject): JsonObject[] {
  return objectsField(body, 'input').flatMap(item => objectsField(item, 'content'));
}
