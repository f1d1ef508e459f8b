import type { AppError, ErrorCode } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { EncodedError } from '../dialect.ts';
import { findErrorFrame } from '../error-frame.ts';
import type { ErrorFrame } from '../error-frame.ts';
import { retryHeaders, statusOf } from '../error-status.ts';
import { textField } from '../json-fields.ts';

/** OpenAI's own words for what tools look for by name. */
const nativeCodes: Partial<Record<ErrorCode, string>> = {
  unknown_model: 'model_not_found',
  invalid_gateway_key: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
  // What tools take for final, unlike a rate limit.
  budget_spent: 'insufficient_quota',
};

/** OpenAI's envelope. An upstream's error keeps its status, message, type, code and param. */
export function encodeError(error: AppError): EncodedError {
  const headers = retryHeaders(error);
  const { message, type, param, code } = describeError(error);
  return {
    status: statusOf(error),
    body: { error: { message, type, param, code } },
    ...(headers && { headers }),
  };
}

export type DescribedError = {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
  /** Whether the code is a word of OpenAI's, or of an upstream, instead of ours. */
  isNative: boolean;
};

export function describeError(error: AppError): DescribedError {
  const status = statusOf(error);
  const upstream =
    error.code === 'http_error' && isJsonObject(error.body) ? findErrorFrame(error.body) : undefined;
  const message = upstream?.message ?? error.message;
  const ownParam = isJsonObject(error.body) ? textField(error.body, 'param') : undefined;
  const native = codeWord(upstream) ?? (isFromUpstream(error) ? codeOf(status, message) : undefined);
  return {
    message,
    type: typeWord(upstream) ?? typeOf(status),
    param: upstream?.param ?? ownParam ?? null,
    code: native ?? (upstream ? null : (nativeCodes[error.code] ?? error.code)),
    isNative: native !== undefined,
  };
}

/** Inside a stream there is no header to say when to try again: tools read it from the sentence, as OpenAI writes it. */
export function sayWhenToRetry(message: string, { retry_after_ms: wait }: AppError): string {
  if (wait === undefined || /(?:try again|retry) (?:in|after) \d/i.test(message)) return message;
  return `${message} Please try again in ${Math.ceil(wait / 100) / 10}s.`;
}

function isFromUpstream({ code }: AppError): boolean {
  return code === 'http_error' || code === 'stream_error';
}

/** Numbers are other vendors' way: here a code is a word, and strict clients fail over anything else. */
function codeWord(frame: ErrorFrame | undefined): string | undefined {
  return typeof frame?.code === 'string' && !/^\d+$/.test(frame.code) ? frame.code : undefined;
}

/** Types that are Anthropic's, and in this envelope unknown to everybody. */
const foreignTypes: ReadonlySet<string> = new Set([
  'api_error',
  'billing_error',
  'overloaded_error',
  'request_too_large',
  'timeout_error',
]);

function typeWord(frame: ErrorFrame | undefined): string | undefined {
  return frame?.type === undefined || foreignTypes.has(frame.type) ? undefined : frame.type;
}

/** OpenAI's word for what an upstream only said in a sentence: tools shorten the conversation, or wait, by it. */
function codeOf(status: number, message: string): string | undefined {
  if ((status === 400 || status === 413) && tooLong.test(message)) return 'context_length_exceeded';
  if (status === 402) return 'insufficient_quota';
  if (status === 429) return noQuota.test(message) ? 'insufficient_quota' : 'rate_limit_exceeded';
  return undefined;
}

/** How vendors say that a conversation is longer than their model takes. */
const tooLong = new RegExp(
  [
    'prompt (?:is )?too (?:long|large)', // Anthropic, Ollama
    'maximum (?:context|prompt) length', // OpenAI, vLLM, OpenRouter; xAI
    'exceeds?.{0,60}context (?:length|limit|window|size)', // OpenAI, llama.cpp
    'context (?:length|limit|window|size).{0,40}exceed', // LM Studio
    'input token count.{0,40}exceeds', // Gemini
    'reduce the length of the messages', // Groq
  ].join('|'),
  'i',
);

const noQuota = /exceeded your current quota|insufficient.{0,10}(?:quota|credit|balance)|out of credits/i;

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
