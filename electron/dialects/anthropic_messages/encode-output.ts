import type { OutputConfig } from '@anthropic-ai/sdk/resources/messages';

import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { RequestOptions } from '../../contract/request.ts';
import type { Warn } from '../dialect.ts';
import { namelessAnswer } from '../warn-of-missing.ts';

/** The part of `output_config` that asks for an answer of a form. */
export function encodeOutputFormat(output: RequestOptions['output'], warn?: Warn): JsonObject {
  if (output?.type !== 'json_schema') return {};
  if (output.name !== namelessAnswer) warn?.('output.name');
  return { format: { type: 'json_schema', schema: relaxSchema(output.schema) } } satisfies OutputConfig;
}

/**
 * Refused in a schema that is enforced: of an answer, of a strict tool. They become advice in the description, as
 * Anthropic's own libraries do it.
 */
const refusedKeywords: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);

/** Keywords under which names stand that are the schema author's own. */
const namedSchemas: ReadonlySet<string> = new Set([
  'properties',
  '$defs',
  'definitions',
  'patternProperties',
]);

/** Values that look like schemas but are data. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'required']);

/** The same schema as Anthropic enforces it: objects closed, limits as words. */
export function relaxSchema(schema: JsonObject): JsonObject {
  const isRefused = ([keyword, value]: [string, Json]): boolean =>
    refusedKeywords.has(keyword) || (keyword === 'minItems' && Number(value) > 1);
  const entries = Object.entries(schema);
  const kept = entries.filter(entry => !isRefused(entry));
  const advice = entries.filter(isRefused).map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`);
  // Not by assignment: a field may be called __proto__.
  const relaxed = Object.fromEntries(kept.map(([keyword, value]) => [keyword, relaxValue(keyword, value)]));
  if (schema['type'] === 'object' || isJsonObject(schema['properties']))
    relaxed['additionalProperties'] = false;
  if (advice.length > 0) {
    const described = typeof schema['description'] === 'string' ? `${schema['description']}\n\n` : '';
    relaxed['description'] = `${described}{${advice.join(', ')}}`;
  }
  return relaxed;
}

function relaxValue(keyword: string, value: Json): Json {
  if (dataKeywords.has(keyword)) return value;
  if (Array.isArray(value)) return value.map(item => (isJsonObject(item) ? relaxSchema(item) : item));
  if (!isJsonObject(value)) return value;
  if (!namedSchemas.has(keyword)) return relaxSchema(value);
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, isJsonObject(item) ? relaxSchema(item) : item]),
  );
}
