import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';

/**
 * A schema in Google's older form, a part of OpenAPI 3.0, as JSON Schema: types in capitals, `nullable`, and counts as
 * text, since they are 64 bits wide.
 */
export function openapiToJsonSchema(schema: JsonObject): JsonObject {
  const converted: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword !== 'nullable' && keyword !== 'propertyOrdering')
      converted[keyword] = convertValue(keyword, value);
  }
  // Google writes every choice as text, also one among numbers.
  const choices = converted['enum'];
  if (isNumeric(converted['type']) && Array.isArray(choices)) converted['enum'] = choices.map(toNumber);
  const { type, enum: values } = converted;
  if (schema['nullable'] === true && typeof type === 'string') {
    converted['type'] = [type, 'null'];
    if (Array.isArray(values)) converted['enum'] = [...values, null];
  }
  return converted;
}

function isNumeric(type: Json | undefined): boolean {
  return type === 'integer' || type === 'number';
}

function toNumber(value: Json): Json {
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

const countKeywords: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

function convertValue(keyword: string, value: Json): Json {
  switch (keyword) {
    case 'type':
      return typeof value === 'string' ? value.toLowerCase() : value;
    case 'properties':
      if (!isJsonObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          name,
          isJsonObject(item) ? openapiToJsonSchema(item) : item,
        ]),
      );
    case 'items':
    case 'additionalProperties':
      return isJsonObject(value) ? openapiToJsonSchema(value) : value;
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
    case 'prefixItems':
      if (!Array.isArray(value)) return value;
      return value.map(item => (isJsonObject(item) ? openapiToJsonSchema(item) : item));
    default:
      return countKeywords.has(keyword) && typeof value === 'string' ? Number(value) : value;
  }
}
