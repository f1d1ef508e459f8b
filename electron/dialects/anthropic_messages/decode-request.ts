import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest, RequestOptions } from '../../contract/request.ts';
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
import { decodeSystem } from './decode-system.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { effortOf } from './reasoning-effort.ts';

/** Only asked for where the body's bytes cannot pass as they are. Usage is always part of Anthropic's answers. */
export function decodeRequest(body: JsonObject): DecodedRequest {
  const model = readName(body, 'model', '');
  const { system: between, messages } = decodeMessages(readList(body['messages'], 'messages'));
  const top = decodeSystem(body['system']);
  const system = [...(top === undefined ? [] : [top]), ...between].join('\n\n');
  const tools = decodeTools(body);
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
      return true;
  }
}

const plainToolFields = ['name', 'description', 'input_schema', 'strict'];

function hasOtherThan(value: Json, names: readonly string[]): boolean {
  return isJsonObject(value) && Object.keys(value).some(name => !names.includes(name));
}

function decodeOptions(body: JsonObject, parallel: false | undefined): RequestOptions {
  const config = optionalObject(body, 'output_config', '');
  optionalObject(body, 'thinking', '');
  const { user_id: user, ...metadata } = optionalObject(body, 'metadata', '') ?? {};
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    // Thinking counts into it, as it does for OpenAI's reasoning models.
    max_tokens: optionalCount(body, 'max_tokens', ''),
    temperature: optionalNumber(body, 'temperature', ''),
    top_p: optionalNumber(body, 'top_p', ''),
    top_k: optionalCount(body, 'top_k', ''),
    stop: decodeStop(body['stop_sequences']),
    reasoning_effort: effortOf(body),
    parallel_tool_calls: parallel,
    // The second name is that of the time when it was being tried out (2025).
    output:
      decodeFormat(config && optionalObject(config, 'format', 'output_config'), 'output_config.format') ??
      decodeFormat(optionalObject(body, 'output_format', ''), 'output_format'),
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    user: isMissing(user) ? undefined : optionalString({ user_id: user }, 'user_id', 'metadata'),
  };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}

function decodeStop(stop: Json | undefined): string[] | undefined {
  if (isMissing(stop)) return undefined;
  if (Array.isArray(stop) && stop.every(item => typeof item === 'string')) return stop;
  throw invalidField('stop_sequences', 'a list of strings');
}

function decodeFormat(format: JsonObject | undefined, path: string): RequestOptions['output'] {
  if (!format) return undefined;
  if (readString(format, 'type', path) !== 'json_schema') throw invalidField(`${path}.type`, '"json_schema"');
  // Anthropic gives an answer's schema no name; others demand one.
  return { type: 'json_schema', name: 'answer', schema: readObject(format['schema'], `${path}.schema`) };
}
