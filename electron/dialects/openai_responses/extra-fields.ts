import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';

import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { isEmpty, isMissing } from '../request-fields.ts';

/**
 * What becomes of each field of a request: `decoded` is understood wholly; `kept` has no place in our words and stays
 * as it was written, for an upstream of this format; of `partly` our words may hold all, or less than was said.
 */
const fieldKinds = {
  model: 'decoded',
  input: 'decoded',
  instructions: 'decoded',
  stream: 'decoded',
  tools: 'decoded',
  tool_choice: 'decoded',
  parallel_tool_calls: 'decoded',
  max_output_tokens: 'decoded',
  temperature: 'decoded',
  top_p: 'decoded',
  metadata: 'decoded',
  user: 'decoded',
  text: 'partly',
  reasoning: 'partly',
  store: 'partly',
  truncation: 'partly',
  include: 'partly',
  service_tier: 'partly',
  background: 'partly',
  top_logprobs: 'partly',
  // Refused where they ask for something.
  conversation: 'kept',
  previous_response_id: 'kept',
  prompt: 'kept',
  // Their meaning is in our words as well.
  prompt_cache_retention: 'kept',
  prompt_cache_options: 'kept',
  safety_identifier: 'kept',
  access_programs: 'kept',
  context_management: 'kept',
  image: 'kept',
  max_tool_calls: 'kept',
  moderation: 'kept',
  prompt_cache_key: 'kept',
  stream_options: 'kept',
} satisfies Record<keyof ResponseCreateParamsBase, 'decoded' | 'kept' | 'partly'>;

/** Not OpenAI's here, but compatible servers know them and tools carry them over from Chat Completions. */
const otherDecoded: ReadonlySet<string> = new Set([
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  // Refused where they ask for something.
  'n',
  'logprobs',
  'logit_bias',
]);

/** Fields that stay as they were written, unknown ones among them. */
export function readExtra(body: JsonObject): [string, Json][] {
  return Object.entries(body).filter(
    ([name, value]) => !otherDecoded.has(name) && !isMissing(value) && saysMore(name, value),
  );
}

function saysMore(name: string, value: Json): boolean {
  const kinds: Readonly<Record<string, string>> = fieldKinds;
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : 'kept';
  if (kind === 'partly') return holdsMore(name, value);
  return kind === 'kept' && !(Object.hasOwn(kinds, name) && isEmpty(value));
}

function holdsMore(name: string, value: Json): boolean {
  switch (name) {
    case 'text':
      return hasOtherThan(value, 'format') && !hasOnlyMediumVerbosity(value);
    case 'reasoning':
      return hasOtherThan(value, 'effort');
    case 'store':
      // Nothing is kept, which is what most tools ask for.
      return value !== false;
    case 'truncation':
      return value !== 'disabled';
    case 'service_tier':
      return value !== 'auto' && value !== 'default';
    case 'include':
      // Reasoning always comes along encrypted.
      return Array.isArray(value) && value.some(item => item !== 'reasoning.encrypted_content');
    default:
      // Refused where they ask for something.
      return false;
  }
}

function hasOnlyMediumVerbosity(text: Json): boolean {
  if (!isJsonObject(text)) return false;
  const { format: _format, verbosity, ...rest } = text;
  return verbosity === 'medium' && isEmpty(rest);
}

function hasOtherThan(value: Json, name: string): boolean {
  return (
    isJsonObject(value) && Object.entries(value).some(([other, inner]) => other !== name && !isMissing(inner))
  );
}
