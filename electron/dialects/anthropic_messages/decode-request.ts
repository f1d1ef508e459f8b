import type { MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/beta/messages/messages';

import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions } from '../../contract/request.ts';
import type { DecodedRequest } from '../dialect.ts';
import {
  isEmpty,
  isMissing,
  optionalBoolean,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalStops,
  optionalString,
  readList,
  readName,
} from '../request-fields.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeOutput } from './decode-output.ts';
import { decodeSystem } from './decode-system.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { effortOf } from './reasoning-effort.ts';

/** Only asked for where the body's bytes cannot pass as they are. Usage is always part of Anthropic's answers. */
export function decodeRequest(body: JsonObject): DecodedRequest {
  refuseUnsupported(body);
  const model = readName(body, 'model', '');
  const { system: between, messages, toolChanges } = decodeMessages(readList(body['messages'], 'messages'));
  const top = decodeSystem(body['system']);
  const system = [...(top === undefined ? [] : [top]), ...between].join('\n\n');
  const tools = decodeTools(body, toolChanges);
  const choice = decodeToolChoice(body);
  const extra = readExtra(body);
  const request: ChatRequest = {
    ...(system !== '' && { system }),
    messages,
    ...(tools && { tools }),
    ...(choice && { tool_choice: choice.choice }),
    options: decodeOptions(body, choice?.parallel),
    stream: optionalBoolean(body, 'stream', '') ?? false,
    ...(extra && { extra }),
  };
  return { model, request, wants_usage: true };
}

/**
 * What asks for something else than an answer to these messages: one that goes on with what Anthropic has stored, a
 * summary, tools on its side.
 */
const unsupportedFields = [
  'thread',
  'compaction',
  'mcp_servers',
  'container',
] as const satisfies readonly (keyof MessageCreateParamsBase)[];

function refuseUnsupported(body: JsonObject): void {
  const param = unsupportedFields.find(name => !isEmpty(body[name]));
  if (param === undefined) return;
  throw new AppError(
    'invalid_request',
    `Parley cannot ask this model for ${param}, and without it the answer would be another one. Leave it out, or pick a model of Anthropic's own.`,
    { body: { param } },
  );
}

const decodedFields: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'tool_choice',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'output_format',
  'metadata',
]);

/**
 * What only Anthropic knows. `system`, `tools`, `thinking` and `output_config` are understood, but stay as they were
 * written, too, where that says more than our words hold: cache marks, exact budgets.
 */
function readExtra(body: JsonObject): JsonObject | undefined {
  const entries = Object.entries(body).filter(
    ([name, value]) => !decodedFields.has(name) && !isMissing(value) && saysMore(name, value),
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function saysMore(name: string, value: Json): boolean {
  switch (name) {
    case 'system':
      return Array.isArray(value) && value.some(block => hasOtherThan(block, ['type', 'text']));
    case 'tools':
      return Array.isArray(value) && value.some(tool => hasOtherThan(tool, plainToolFields));
    case 'output_config':
      return hasOtherThan(value, ['format']);
    default:
      return !unsupportedFields.some(field => field === name);
  }
}

const plainToolFields = ['name', 'description', 'input_schema', 'strict'];

function hasOtherThan(value: Json, names: readonly string[]): boolean {
  return isJsonObject(value) && Object.keys(value).some(name => !names.includes(name));
}

function decodeOptions(body: JsonObject, parallel: false | undefined): RequestOptions {
  optionalObject(body, 'thinking', '');
  const { user_id: user, ...metadata } = optionalObject(body, 'metadata', '') ?? {};
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    // Thinking counts into it, as it does for OpenAI's reasoning models.
    max_tokens: optionalCount(body, 'max_tokens', ''),
    temperature: optionalNumber(body, 'temperature', ''),
    top_p: optionalNumber(body, 'top_p', ''),
    top_k: optionalCount(body, 'top_k', ''),
    stop: optionalStops(body, 'stop_sequences', ''),
    ...effortOf(body),
    parallel_tool_calls: parallel,
    output: decodeOutput(body),
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    user: isEmpty(user) ? undefined : optionalString({ user_id: user ?? null }, 'user_id', 'metadata'),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}
