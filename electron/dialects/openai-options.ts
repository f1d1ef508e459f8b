import type { JsonObject } from '../contract/json.ts';
import { reasoningEfforts } from '../contract/request.ts';
import type { ReasoningEffort, RequestOptions } from '../contract/request.ts';
import { describeSchema } from './describe-schema.ts';
import { textField } from './json-fields.ts';
import {
  invalidField,
  optionalBoolean,
  optionalMetadata,
  optionalNumber,
  optionalStopOrStops,
  optionalString,
  readName,
} from './request-fields.ts';

/*
 * Options that have the same names in both of OpenAI's formats. Not all of them are OpenAI's own in each, but compatible
 * servers know them and tools send them.
 */

type Options = { [K in keyof RequestOptions]: RequestOptions[K] | undefined };

export function decodeSharedOptions(body: JsonObject): Options {
  return {
    temperature: optionalNumber(body, 'temperature', ''),
    top_p: optionalNumber(body, 'top_p', ''),
    top_k: optionalNumber(body, 'top_k', ''),
    stop: optionalStopOrStops(body, 'stop', ''),
    seed: optionalNumber(body, 'seed', ''),
    frequency_penalty: optionalNumber(body, 'frequency_penalty', ''),
    presence_penalty: optionalNumber(body, 'presence_penalty', ''),
    parallel_tool_calls: optionalBoolean(body, 'parallel_tool_calls', ''),
    metadata: optionalMetadata(body, 'metadata'),
    // The second is OpenAI's newer name for the first.
    user: optionalString(body, 'user', '') || textField(body, 'safety_identifier'),
  };
}

/** Throws AppError `invalid_request` for a word that is none of ours. */
export function readEffort(effort: string, path: string): ReasoningEffort {
  const known = reasoningEfforts.find(candidate => candidate === effort);
  if (known) return known;
  throw invalidField(path, `one of ${reasoningEfforts.join(', ')}`);
}

/** The form of an answer, described by `format`, with its schema. */
export function readAnswerForm(
  format: JsonObject,
  schema: JsonObject,
  path: string,
): NonNullable<RequestOptions['output']> {
  const strict = optionalBoolean(format, 'strict', path);
  return {
    type: 'json_schema',
    name: readName(format, 'name', path),
    schema: describeSchema(schema, optionalString(format, 'description', path)),
    ...(strict !== undefined && { strict }),
  };
}
