import type { Json, JsonObject } from '../../contract/json.ts';
import { isMissing, readObject } from '../request-fields.ts';

/**
 * An object of the format with its own members in camel case: Google takes either form, and its examples for curl use
 * the other one. Not for what lies inside: names in arguments and schemas are the tool's.
 */
export function readMembers(value: Json | undefined, path: string): JsonObject {
  const members = Object.entries(readObject(value, path));
  return Object.fromEntries(members.map(([name, member]) => [toCamel(name), member]));
}

export function optionalMembers(parent: JsonObject, name: string, path: string): JsonObject | undefined {
  const value = parent[name];
  return isMissing(value) ? undefined : readMembers(value, path === '' ? name : `${path}.${name}`);
}

function toCamel(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
