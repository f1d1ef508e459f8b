import type { Options } from 'ollama';

import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions } from '../../contract/request.ts';
import type { DecodedRequest } from '../dialect.ts';
// Tools are described as OpenAI does.
import { decodeTools } from '../openai_completions/decode-tools.ts';
import {
  invalidField,
  isMissing,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalStopOrStops,
  readList,
  readName,
} from '../request-fields.ts';
import { namelessAnswer } from '../warn-of-missing.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeThink } from './think.ts';

/** Only asked for where the body's bytes cannot pass as they are. Usage is always part of Ollama's answers. */
export function decodeRequest(body: JsonObject): DecodedRequest {
  refuseUnsupported(body);
  const model = readName(body, 'model', '');
  const tools = decodeTools({ tools: body['tools'] ?? null });
  const settings = optionalObject(body, 'options', '') ?? {};
  const extra = readExtra(body, settings);
  const request: ChatRequest = {
    ...decodeMessages(readList(body['messages'], 'messages')),
    ...(tools && tools.length > 0 && { tools }),
    options: decodeOptions(body, settings),
    // Ollama streams unless told not to.
    stream: optionalBoolean(body, 'stream', '') ?? true,
    ...(extra && { extra }),
  };
  return { model, request, wants_usage: true };
}

function refuseUnsupported(body: JsonObject): void {
  if (body['logprobs'] !== true) return;
  throw new AppError(
    'invalid_request',
    'Parley cannot ask this model for logprobs, and without it the answer would be another one. Leave it out, or pick a model whose provider speaks Ollama itself.',
    { body: { param: 'logprobs' } },
  );
}

const decodedFields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'tools',
  'think',
  'format',
  'options',
  'logprobs',
  'top_logprobs',
]);

const decodedSettings: ReadonlySet<string> = new Set<keyof Options>([
  'num_predict',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
]);

/** What only Ollama knows, the same in `options`: how long a model stays loaded, how it is run. */
function readExtra(body: JsonObject, settings: JsonObject): JsonObject | undefined {
  const entries = Object.entries(body).filter(
    ([name, value]) => !decodedFields.has(name) && !isMissing(value),
  );
  const others = Object.entries(settings).filter(
    ([name, value]) => !decodedSettings.has(name) && !isMissing(value),
  );
  if (others.length > 0) entries.push(['options', Object.fromEntries(others)]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function decodeOptions(body: JsonObject, settings: JsonObject): RequestOptions {
  const number = (name: string): number | undefined => optionalNumber(settings, name, 'options');
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    max_tokens: decodeLimit(number('num_predict')),
    temperature: number('temperature'),
    top_p: number('top_p'),
    top_k: number('top_k'),
    stop: optionalStopOrStops(settings, 'stop', 'options'),
    seed: number('seed'),
    frequency_penalty: number('frequency_penalty'),
    presence_penalty: number('presence_penalty'),
    reasoning_effort: decodeThink(body['think']),
    output: decodeFormat(body['format']),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}

/** -1 is no limit, -2 until the context is full. */
function decodeLimit(limit: number | undefined): number | undefined {
  if (limit === undefined || limit < 0) return undefined;
  if (Number.isSafeInteger(limit)) return limit;
  throw invalidField('options.num_predict', 'a whole number');
}

function decodeFormat(format: Json | undefined): RequestOptions['output'] {
  if (isMissing(format) || format === '') return undefined;
  if (format === 'json') return { type: 'json_object' };
  if (isJsonObject(format)) return { type: 'json_schema', name: namelessAnswer, schema: format };
  throw invalidField('format', '"json" or a JSON schema');
}
