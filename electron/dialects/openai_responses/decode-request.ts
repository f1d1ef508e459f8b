import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
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
  readName,
  readObject,
  readString,
} from '../request-fields.ts';
import { decodeInput } from './decode-input.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { unsupportedFields } from './unsupported-fields.ts';

/** Only asked for where the body's bytes cannot pass as they are. Usage is always part of these answers. */
export function decodeRequest(body: JsonObject): DecodedRequest {
  refuseUnsupported(body);
  const model = readName(body, 'model', '');
  const { system: between, messages } = decodeInput(body['input']);
  const instructions = optionalString(body, 'instructions', '') ?? '';
  const system = [instructions, ...between].filter(text => text !== '').join('\n\n');
  const choice = decodeToolChoice(body['tool_choice']);
  const tools = decodeTools(body, choice?.allowed);
  const extra = readExtra(body);
  const request: ChatRequest = {
    ...(system !== '' && { system }),
    messages,
    ...(tools && { tools }),
    ...(choice && { tool_choice: choice.choice }),
    options: decodeOptions(body),
    stream: optionalBoolean(body, 'stream', '') ?? false,
    ...(extra && { extra }),
  };
  return { model, request, wants_usage: true };
}

const decodedFields: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'metadata',
  'user',
]);

function refuseUnsupported(body: JsonObject): void {
  const [first] = unsupportedFields(body);
  if (!first) return;
  const { name, reason } = first;
  throw new AppError('invalid_request', `Parley cannot ask this model for ${name}: ${reason}.`, {
    body: { param: name },
  });
}

/**
 * What only this format knows. `text` and `reasoning` are understood, but stay as they were written, too, where they
 * say more than our words hold: how verbose, which summary.
 */
function readExtra(body: JsonObject): JsonObject | undefined {
  const entries = Object.entries(body).filter(
    ([name, value]) => !decodedFields.has(name) && !isMissing(value) && saysMore(name, value),
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function saysMore(name: string, value: Json): boolean {
  switch (name) {
    case 'text':
      return hasOtherThan(value, ['format']);
    case 'reasoning':
      return hasOtherThan(value, ['effort']);
    case 'store':
      // Nothing is kept, which is what most tools ask for.
      return value !== false;
    case 'truncation':
      return value !== 'disabled';
    case 'background':
    case 'logprobs':
    case 'n':
    case 'top_logprobs':
      // Refused where they ask for something.
      return false;
    case 'include':
      // Reasoning always comes along encrypted.
      return Array.isArray(value) && value.some(item => item !== 'reasoning.encrypted_content');
    default:
      return true;
  }
}

function hasOtherThan(value: Json, names: readonly string[]): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(value).some(([name, inner]) => !names.includes(name) && !isMissing(inner))
  );
}

function decodeOptions(body: JsonObject): RequestOptions {
  const reasoning = optionalObject(body, 'reasoning', '') ?? {};
  const effort = optionalString(reasoning, 'effort', 'reasoning');
  const text = optionalObject(body, 'text', '') ?? {};
  const all: { [K in keyof RequestOptions]: RequestOptions[K] | undefined } = {
    max_tokens: optionalCount(body, 'max_output_tokens', ''),
    temperature: optionalNumber(body, 'temperature', ''),
    top_p: optionalNumber(body, 'top_p', ''),
    // These five are not OpenAI's here, but compatible servers know them and tools send them.
    top_k: optionalNumber(body, 'top_k', ''),
    stop: decodeStop(body['stop']),
    seed: optionalNumber(body, 'seed', ''),
    frequency_penalty: optionalNumber(body, 'frequency_penalty', ''),
    presence_penalty: optionalNumber(body, 'presence_penalty', ''),
    reasoning_effort: effort === undefined ? undefined : decodeEffort(effort),
    parallel_tool_calls: optionalBoolean(body, 'parallel_tool_calls', ''),
    output: decodeOutput(optionalObject(text, 'format', 'text')),
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
  throw invalidField('reasoning.effort', `one of ${reasoningEfforts.join(', ')}`);
}

function decodeOutput(format: JsonObject | undefined): RequestOptions['output'] {
  const path = 'text.format';
  if (!format) return undefined;
  switch (readString(format, 'type', path)) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const strict = optionalBoolean(format, 'strict', path);
      return {
        type: 'json_schema',
        name: readName(format, 'name', path),
        schema: readObject(format['schema'], `${path}.schema`),
        ...(strict !== undefined && { strict }),
      };
    }
    default:
      throw invalidField(`${path}.type`, 'text, json_object or json_schema');
  }
}
