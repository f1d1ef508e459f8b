import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';

// Readers for what a tool sends: a field of another type than expected is refused with its path, because answering
// something else than what was asked is worse. null means the same as missing, as it does for OpenAI.

export function invalidField(path: string, expectation: string): AppError {
  return new AppError('invalid_request', `${path} must be ${expectation}.`, { body: { param: path } });
}

/** Path of a member, as a person would write it: `messages[2].content`. */
function joinPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

export function readObject(value: Json | undefined, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw invalidField(path, 'an object');
}

export function readList(value: Json | undefined, path: string): Json[] {
  if (Array.isArray(value)) return value;
  throw invalidField(path, 'a list');
}

export function readString(parent: JsonObject, name: string, path: string): string {
  const value = parent[name];
  if (typeof value === 'string') return value;
  throw invalidField(joinPath(path, name), 'a string');
}

export function readName(parent: JsonObject, name: string, path: string): string {
  const value = readString(parent, name, path);
  if (value !== '') return value;
  throw invalidField(joinPath(path, name), 'a string that is not empty');
}

export function isMissing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** Null, and what holds nothing: many tools send every field they know. */
export function isEmpty(value: Json | undefined): boolean {
  if (isMissing(value) || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

export function optionalString(parent: JsonObject, name: string, path: string): string | undefined {
  return isMissing(parent[name]) ? undefined : readString(parent, name, path);
}

export function optionalObject(parent: JsonObject, name: string, path: string): JsonObject | undefined {
  const value = parent[name];
  return isMissing(value) ? undefined : readObject(value, joinPath(path, name));
}

export function optionalList(parent: JsonObject, name: string, path: string): Json[] | undefined {
  const value = parent[name];
  return isMissing(value) ? undefined : readList(value, joinPath(path, name));
}

/** Undefined for one that holds nothing. */
export function optionalMetadata(parent: JsonObject, name: string): JsonObject | undefined {
  const metadata = optionalObject(parent, name, '');
  return isEmpty(metadata) ? undefined : metadata;
}

/** Where to stop writing: at texts in a list. */
export function optionalStops(parent: JsonObject, name: string, path: string): string[] | undefined {
  const value = parent[name];
  if (isMissing(value)) return undefined;
  if (!isTexts(value)) throw invalidField(joinPath(path, name), 'a list of strings');
  return sayingStops(value);
}

/** The same where one text may stand without a list. */
export function optionalStopOrStops(parent: JsonObject, name: string, path: string): string[] | undefined {
  const value = parent[name];
  if (isMissing(value)) return undefined;
  const list = typeof value === 'string' ? [value] : value;
  if (!isTexts(list)) throw invalidField(joinPath(path, name), 'a string or a list of strings');
  return sayingStops(list);
}

function isTexts(value: Json): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

/** A text without letters stands everywhere, and nobody means it. */
function sayingStops(stops: string[]): string[] | undefined {
  const said = stops.filter(stop => stop !== '');
  return said.length === 0 ? undefined : said;
}

export function optionalBoolean(parent: JsonObject, name: string, path: string): boolean | undefined {
  const value = parent[name];
  if (isMissing(value)) return undefined;
  if (typeof value === 'boolean') return value;
  throw invalidField(joinPath(path, name), 'true or false');
}

export function optionalNumber(parent: JsonObject, name: string, path: string): number | undefined {
  const value = parent[name];
  if (isMissing(value)) return undefined;
  if (typeof value === 'number') return value;
  throw invalidField(joinPath(path, name), 'a number');
}

export function optionalCount(parent: JsonObject, name: string, path: string): number | undefined {
  const value = optionalNumber(parent, name, path);
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw invalidField(joinPath(path, name), 'a whole number of 0 or more');
}
