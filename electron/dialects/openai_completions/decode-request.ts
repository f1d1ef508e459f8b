import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { reasoningEfforts } from '../../contract/request.ts';
import type { ChatRequest, ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import type { DecodedRequest } from '../dialect.ts';
import {
  invalidField,
  isMissing,
  optionalBoolean,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalString,
  readList,
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
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
  const extra = readExtra(body);
  const request: ChatRequest = {
    ...decodeMessages(readList(body['messages'], 'messages')),
    ...(tools && { tools }),
    ...(choice && { tool_choice: choice.choice }),
    options: decodeOptions(body),
    stream,
    ...(extra && { extra }),
  };
  return { model, request, wants_usage: wantsUsage };
}

const decodedFields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'metadata',
  'user',
]);

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

function readExtra(body: JsonObject): JsonObject | undefined {
  const entries = Object.entries(body).filter(([name]) => !decodedFields.has(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function decodeOptions(body: JsonObject): RequestOptions {
  const output = decodeOutput(optionalObject(body, 'response_format', ''));
  const effort = optionalString(body, 'reasoning_effort', '');
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    // OpenAI replaced the first name by the second; compatible tools send either, or both alike.
    max_tokens: optionalCount(body, 'max_completion_tokens', '') ?? optionalCount(body, 'max_tokens', ''),
    temperature: optionalNumber(body, 'temperature', ''),
    top_p: optionalNumber(body, 'top_p', ''),
    top_k: optionalNumber(body, 'top_k', ''),
    stop: decodeStop(body['stop']),
    seed: optionalNumber(body, 'seed', ''),
    frequency_penalty: optionalNumber(body, 'frequency_penalty', ''),
    presence_penalty: optionalNumber(body, 'presence_penalty', ''),
    reasoning_effort: effort === undefined ? undefined : decodeEffort(effort),
    parallel_tool_calls: optionalBoolean(body, 'parallel_tool_calls', ''),
    output,
    metadata: optionalObject(body, 'metadata', ''),
    user: optionalString(body, 'user', ''),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}

function decodeStop(stop: Json | undefined): string[] | undefined {
  if (isMissing(stop)) return undefined;
  if (typeof stop === 'string') return [stop];
  if (Array.isArray(stop) && stop.every(item => typeof item === 'string')) return stop;
  throw invalidField('stop', 'a string or a list of strings');
}

function decodeEffort(effort: string): ReasoningEffort {
  const known = reasoningEfforts.find(candidate => candidate === effort);
  if (known) return known;
  throw invalidField('reasoning_effort', `one of ${reasoningEfforts.join(', ')}`);
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
      const strict = optionalBoolean(described, 'strict', path);
      return {
        type: 'json_schema',
        name: readName(described, 'name', path),
        schema: optionalObject(described, 'schema', path) ?? {},
        ...(strict !== undefined && { strict }),
      };
    }
    default:
      throw invalidField('response_format.type', 'text, json_object or json_schema');
  }
}
