import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';

// Readers for what upstreams send: a field of another type than expected counts as missing, because vendors leave
// fields out, add new ones, and write null where the documentation says object.

export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name];
  return isJsonObject(value) ? value : undefined;
}

/** The objects of a list; whatever else is in it is left out. */
export function objectsField(object: JsonObject, name: string): JsonObject[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter(item => isJsonObject(item)) : [];
}

/** A string that is not empty. */
export function textField(object: JsonObject, name: string): string | undefined {
  return asText(object[name]);
}

export function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberField(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
