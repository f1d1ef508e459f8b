import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';

/** Throws invalid_request where the body is no JSON object. */
export function parseBody(body: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    // Not the parser's own words: they quote the body, which may hold anything, also a secret.
    throw new AppError('invalid_request', 'The request body is not valid JSON.', { cause, http_status: 400 });
  }
  if (isJsonObject(parsed)) return parsed;
  throw new AppError('invalid_request', 'The request body must be a JSON object.', { http_status: 400 });
}
