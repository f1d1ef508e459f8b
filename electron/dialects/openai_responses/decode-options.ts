import type { JsonObject } from '../../contract/json.ts';
import type { RequestOptions } from '../../contract/request.ts';
import { readCacheWish } from '../cache-wish.ts';
import { objectsField } from '../json-fields.ts';
import { decodeSharedOptions, readAnswerForm, readEffort } from '../openai-options.ts';
import {
  invalidField,
  optionalCount,
  optionalObject,
  optionalString,
  readObject,
  readString,
} from '../request-fields.ts';

export function decodeOptions(body: JsonObject): RequestOptions {
  const reasoning = optionalObject(body, 'reasoning', '') ?? {};
  const effort = optionalString(reasoning, 'effort', 'reasoning');
  const text = optionalObject(body, 'text', '') ?? {};
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    ...decodeSharedOptions(body),
    max_tokens: optionalCount(body, 'max_output_tokens', ''),
    reasoning_effort: effort === undefined ? undefined : readEffort(effort, 'reasoning.effort'),
    output: decodeOutput(optionalObject(text, 'format', 'text')),
    cache: readCacheWish(body, markableParts(body)),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}

function decodeOutput(format: JsonObject | undefined): RequestOptions['output'] {
  const path = 'text.format';
  if (!format) return undefined;
  switch (readString(format, 'type', path)) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema':
      return readAnswerForm(format, readObject(format['schema'], `${path}.schema`), path);
    default:
      throw invalidField(`${path}.type`, 'text, json_object or json_schema');
  }
}

function markableParts(body: JsonObject): JsonObject[] {
  return objectsField(body, 'input').flatMap(item => objectsField(item, 'content'));
}
