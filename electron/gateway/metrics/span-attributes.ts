import type { Attributes } from '@opentelemetry/api';

import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import { secretsOf } from '../inspector/call-entry.ts';
import { createRedactor } from '../inspector/redact.ts';
import type { BegunEntry } from '../inspector/show-call.ts';
import { providerName } from './provider-name.ts';
import { readAnswer, readRequest } from './read-exchange.ts';
import {
  semanticFinishReason,
  toInputMessages,
  toOutputMessages,
  toSystemInstructions,
} from './semantic-messages.ts';

export type SpanFacts = { name: string; attributes: Attributes; failed: boolean };

export type SpanOptions = {
  /** The provider's script of a backend. */
  typeOf(backend: string): string | undefined;
  /** Whether what was said goes along. */
  capture_content: boolean;
};

/** A call as OpenTelemetry's conventions for GenAI clients describe it (semantic-conventions-genai, 2026). */
export function describeSpan(entry: BegunEntry, options: SpanOptions): SpanFacts {
  const { start, end } = entry;
  const backend = end?.backend ?? start.backend;
  const dialectOut = end?.dialect_out ?? start.dialect_out;
  const operation = operationOf(entry, dialectOut);
  const model = entry.exchanges.at(-1)?.to.model ?? start.model_asked;
  const request = readRequest(entry, start.dialect_in);
  const answer = readAnswer(entry, dialectOut);
  const finish = answer && semanticFinishReason(answer);
  return {
    name: `${operation} ${model}`,
    failed: end?.status === 'error' || end?.status === 'interrupted',
    attributes: known({
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': providerName(options.typeOf(backend) ?? backend),
      'gen_ai.request.model': model,
      ...serverOf(entry),
      ...(request ? requestAttributes(request) : {}),
      'gen_ai.response.model': end?.model_answered,
      'gen_ai.response.id': answer?.id,
      'gen_ai.response.finish_reasons': finish === undefined ? undefined : [finish],
      'gen_ai.response.time_to_first_chunk': request?.stream ? seconds(end?.first_token_ms) : undefined,
      'gen_ai.usage.input_tokens': end?.input_tokens,
      'gen_ai.usage.output_tokens': end?.output_tokens,
      'gen_ai.usage.cache_read.input_tokens': end?.cache_read_tokens,
      'gen_ai.usage.cache_creation.input_tokens': end?.cache_write_tokens,
      'gen_ai.usage.reasoning.output_tokens': end?.reasoning_tokens,
      'error.type': end?.status === 'ok' ? undefined : (end?.error_code ?? end?.status),
      'parley.client': start.client,
      'parley.backend': backend,
      'parley.model_asked': start.model_asked,
      'parley.call_id': start.id,
      'parley.status': end?.status,
      'parley.attempts': end?.attempts,
      'parley.cost_usd': end?.cost_usd,
      ...(options.capture_content ? contentAttributes(entry, request, answer) : {}),
    }),
  };
}

/** The well-known names; Google's own for its generateContent. */
function operationOf({ received }: BegunEntry, dialectOut: BegunEntry['start']['dialect_out']): string {
  const [path = ''] = received?.request.url.split('?', 1) ?? [];
  if (/\/embed(?:dings)?$|:(?:batchE|e)mbedContents?$/.test(path)) return 'embeddings';
  if (path === '/v1/completions' || path === '/api/generate') return 'text_completion';
  return dialectOut === 'google_gemini' ? 'generate_content' : 'chat';
}

function serverOf({ exchanges }: BegunEntry): Record<string, unknown> {
  const url = exchanges.at(-1)?.request.url;
  if (url === undefined || !URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === 'http:' ? 80 : 443;
  return { 'server.address': hostname, 'server.port': port === '' ? usual : Number(port) };
}

function requestAttributes({ options, stream }: ChatRequest): Record<string, unknown> {
  return {
    'gen_ai.request.stream': stream ? true : undefined,
    'gen_ai.request.max_tokens': options.max_tokens,
    'gen_ai.request.temperature': options.temperature,
    'gen_ai.request.top_p': options.top_p,
    'gen_ai.request.top_k': options.top_k,
    'gen_ai.request.stop_sequences': options.stop,
    'gen_ai.request.seed': options.seed,
    'gen_ai.request.frequency_penalty': options.frequency_penalty,
    'gen_ai.request.presence_penalty': options.presence_penalty,
    'gen_ai.output.type': options.output ? 'json' : undefined,
  };
}

/** As JSON, since attributes of a span hold no objects yet. */
function contentAttributes(
  entry: BegunEntry,
  request: ChatRequest | undefined,
  answer: ReturnType<typeof readAnswer>,
): Record<string, unknown> {
  const redact = createRedactor(secretsOf(entry));
  const text = (value: JsonObject[] | undefined): string | undefined =>
    value === undefined ? undefined : redact.text(JSON.stringify(value));
  return {
    'gen_ai.system_instructions': text(
      request?.system === undefined ? undefined : toSystemInstructions(request.system),
    ),
    'gen_ai.input.messages': text(request && toInputMessages(request.messages)),
    'gen_ai.output.messages': text(answer && toOutputMessages(answer)),
  };
}

function seconds(milliseconds: number | null | undefined): number | undefined {
  return milliseconds === null || milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** What nobody reported has no attribute. */
function known(attributes: Record<string, unknown>): Attributes {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  // Safe: every value above is a string, a number, a boolean or a list of strings.
  return Object.fromEntries(entries) as Attributes;
}
