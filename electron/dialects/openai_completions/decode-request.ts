import { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import { reasoningEfforts } from '../../contract/request.ts';
import type { ChatRequest, ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import { readCacheWish } from '../cache-wish.ts';
import type { DecodedRequest } from '../dialect.ts';
import { numberField, objectField, textField } from '../json-fields.ts';
import { decodeSharedOptions, readAnswerForm, readEffort } from '../openai-options.ts';
import {
  invalidField,
  optionalBoolean,
  optionalCount,
  optionalObject,
  optionalString,
  readList,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { markableParts } from './cache-marks.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { readExtra } from './extra-fields.ts';
import { unsupportedFields } from './unsupported-fields.ts';

/** Only asked for where the body's bytes cannot pass as they are: what they alone can carry is refused by name. */
export function decodeRequest(body: JsonObject): DecodedRequest {
  refuseUnsupported(body);
  const model = readName(body, 'model', '');
  const stream = optionalBoolean(body, 'stream', '') ?? false;
  const streamOptions = optionalObject(body, 'stream_options', '') ?? {};
  const wantsUsage = optionalBoolean(streamOptions, 'include_usage', 'stream_options') ?? false;
  const choice = decodeToolChoice(body);
  const tools = decodeTools(body, choice?.allowed);
  const { left_out, ...conversation } = decodeMessages(readList(body['messages'], 'messages'));
  const extra = Object.fromEntries([...readExtra(body), ...Object.entries(left_out)]);
  const request: ChatRequest = {
    ...conversation,
    ...(tools && { tools }),
    ...(choice && { tool_choice: choice.choice }),
    options: decodeOptions(body),
    stream,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { model, request, wants_usage: wantsUsage };
}

function refuseUnsupported(body: JsonObject): void {
  const [param, ...others] = unsupportedFields(body);
  if (param === undefined) return;
  const names = [param, ...others].join(', ');
  throw new AppError(
    'invalid_request',
    `Parley cannot ask this model for ${names}, and without it the answer would be another one. Leave it out, or pick a model whose provider speaks Chat Completions itself.`,
    { body: { param } },
  );
}

function decodeOptions(body: JsonObject): RequestOptions {
  const output = decodeOutput(optionalObject(body, 'response_format', ''));
  const reasoning = decodeReasoning(body);
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    ...decodeSharedOptions(body),
    // OpenAI replaced the first name by the second; compatible tools send either, or both alike.
    max_tokens: optionalCount(body, 'max_completion_tokens', '') ?? optionalCount(body, 'max_tokens', ''),
    reasoning_effort: reasoning.effort,
    reasoning_budget: reasoning.budget,
    // All that says it stays as well: it is more exact.
    cache: readCacheWish(body, markableParts(body)),
    output,
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}

/** OpenAI's word, or else OpenRouter's object, which tools send to other servers, too; it stays beside its meaning. */
function decodeReasoning(body: JsonObject): { effort?: ReasoningEffort; budget?: number } {
  const said = optionalString(body, 'reasoning_effort', '');
  if (said !== undefined) return { effort: readEffort(said, 'reasoning_effort') };
  const reasoning = objectField(body, 'reasoning') ?? {};
  const effort = reasoning['enabled'] === false ? 'none' : textField(reasoning, 'effort');
  const known = reasoningEfforts.find(candidate => candidate === effort);
  const budget = numberField(reasoning, 'max_tokens');
  return {
    ...(known && { effort: known }),
    ...(budget !== undefined && Number.isSafeInteger(budget) && budget > 0 && { budget }),
  };
}

function decodeOutput(format: JsonObject | undefined): RequestOptions['output'] {
  if (!format) return undefined;
  switch (readString(format, 'type', 'response_format')) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const path = 'response_format.json_schema';
      const described = readObject(format['json_schema'], path);
      return readAnswerForm(described, optionalObject(described, 'schema', path) ?? {}, path);
    }
    default:
      throw invalidField('response_format.type', 'text, json_object or json_schema');
  }
}
