import type { ErrorDelta } from '../../contract/deltas.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
// Servers that are compatible with both formats have one shape for errors, and it is rarely Anthropic's.
import { errorDelta as openaiErrorDelta, findErrorFrame as findAnyErrorFrame } from '../error-frame.ts';
import type { ErrorFrame } from '../error-frame.ts';
import { statusOfType } from './error-type.ts';

/** The error a body or a stream event holds, in whichever shape; undefined where it holds an answer. */
export function findErrorFrame(body: JsonObject): ErrorFrame | undefined {
  if ('content' in body && !isJsonObject(body['error'])) return undefined;
  return findAnyErrorFrame(body);
}

export function errorDelta(frame: ErrorFrame): ErrorDelta {
  const delta = openaiErrorDelta(frame);
  const http_status = statusOfType(frame.type ?? '');
  return http_status === undefined ? delta : { ...delta, error: { ...delta.error, http_status } };
}
