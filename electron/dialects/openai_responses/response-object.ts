import type { Response, ResponseError } from 'openai/resources/responses/responses';

import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { EncoderContext } from '../dialect.ts';
import { numberField, textField } from '../json-fields.ts';
import { effortOf } from '../reasoning-budget.ts';
import type { Wire } from '../wire.ts';
import { echoTools, encodeToolChoice } from './encode-tools.ts';
import type { WireUsage } from './encode-usage.ts';
import { readToolBook } from './native-tool.ts';

export type ResponseHead = Pick<EncoderContext, 'id' | 'model' | 'created'>;

/** What changes while an answer is made. */
export type ResponseState = {
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  output: JsonObject[];
  usage: WireUsage | null;
  error?: { code: string; message: string };
  incomplete_reason?: 'max_output_tokens' | 'content_filter';
};

type WireResponse = Wire<
  // The text is what OpenAI's client adds; the others may be null, or hold more than its type says.
  Omit<Response, 'output_text' | 'output' | 'tools' | 'usage' | 'user' | 'error' | 'text' | 'reasoning'>
> & {
  output: JsonObject[];
  tools: JsonObject[];
  usage: WireUsage | null;
  user: string | null;
  error: (Omit<Wire<ResponseError>, 'code'> & { code: string }) | null;
  text: JsonObject;
  reasoning: JsonObject;
  store: boolean;
  presence_penalty: number;
  frequency_penalty: number;
};

/** What of an answer repeats the request, the same in each of its events. */
export type RequestEcho = Pick<
  WireResponse,
  | 'instructions'
  | 'max_output_tokens'
  | 'max_tool_calls'
  | 'metadata'
  | 'parallel_tool_calls'
  | 'prompt_cache_key'
  | 'reasoning'
  | 'safety_identifier'
  | 'temperature'
  | 'text'
  | 'tool_choice'
  | 'tools'
  | 'top_p'
  | 'truncation'
  | 'user'
  | 'presence_penalty'
  | 'frequency_penalty'
>;

/** Where nothing was said, what OpenAI's servers assume then: its clients demand numbers. */
export function echoRequest(request: ChatRequest | undefined): RequestEcho {
  const { options = {}, extra = {}, system, tool_choice } = request ?? {};
  return {
    instructions: system ?? null,
    max_output_tokens: options.max_tokens ?? null,
    max_tool_calls: numberField(extra, 'max_tool_calls') ?? null,
    metadata: readMetadata(options.metadata),
    parallel_tool_calls: options.parallel_tool_calls ?? true,
    prompt_cache_key: textField(extra, 'prompt_cache_key') ?? null,
    reasoning: echoReasoning(request),
    safety_identifier: textField(extra, 'safety_identifier') ?? null,
    temperature: options.temperature ?? 1,
    text: echoText(options.output, extra['text']),
    tool_choice: tool_choice ? encodeToolChoice(tool_choice, readToolBook(request)) : 'auto',
    tools: echoTools(request),
    top_p: options.top_p ?? 1,
    truncation: extra['truncation'] === 'auto' ? 'auto' : 'disabled',
    user: options.user ?? null,
    presence_penalty: options.presence_penalty ?? 0,
    frequency_penalty: options.frequency_penalty ?? 0,
  };
}

function readMetadata(metadata: JsonObject = {}): Record<string, string> {
  const texts = Object.entries(metadata).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts) as Record<string, string>; // pairs of texts, see above
}

function echoReasoning(request: ChatRequest | undefined): JsonObject {
  const native = request?.extra?.['reasoning'];
  const summary = isJsonObject(native) ? textField(native, 'summary') : undefined;
  return { effort: (request && effortOf(request.options)) ?? null, summary: summary ?? null };
}

function echoText(output: ChatRequest['options']['output'], native: Json | undefined): JsonObject {
  const { format: _format, ...rest } = isJsonObject(native) ? native : {};
  if (output?.type !== 'json_schema') return { format: { type: output?.type ?? 'text' }, ...rest };
  const { name, schema, strict } = output;
  return {
    format: { type: 'json_schema', description: null, name, schema, strict: strict ?? false },
    ...rest,
  };
}

/** An answer with all its fields: clients of this format read several of them without asking whether they are there. */
export function responseObject(head: ResponseHead, echo: RequestEcho, state: ResponseState): WireResponse {
  const { status, output, usage, error, incomplete_reason } = state;
  return {
    id: responseId(head.id),
    object: 'response',
    created_at: head.created,
    status,
    access_programs: null,
    background: false,
    // Nobody here looks at a clock.
    completed_at: null,
    conversation: null,
    error: error ?? null,
    incomplete_details: incomplete_reason === undefined ? null : { reason: incomplete_reason },
    model: head.model,
    moderation: null,
    output,
    previous_response_id: null,
    prompt: null,
    prompt_cache_retention: null,
    service_tier: 'default',
    // Nothing is kept, whatever was asked.
    store: false,
    top_logprobs: 0,
    usage,
    ...echo,
  };
}

/** An answer's id in OpenAI's form: some tools tell by it what an id is of. */
export function responseId(id: string): string {
  return id.startsWith('resp_') ? id : `resp_${id}`;
}

/** Ids of an answer's items: unlike any of another answer's, and within the 64 letters OpenAI takes back. */
export function itemId(prefix: string, answerId: string, position: number): string {
  const letters = answerId.replaceAll(/[^A-Za-z0-9]/g, '').replace(/^resp/, '');
  return `${prefix}_${letters.slice(-40)}_${position}`;
}
