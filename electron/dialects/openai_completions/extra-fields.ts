import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions';

import type { Json, JsonObject } from '../../contract/json.ts';
import { isEmpty, isMissing } from '../request-fields.ts';

/**
 * What becomes of each field of a request: `decoded` is understood; `kept` has no place in our words, or may have none
 * with the model, and stays as it was written, for an upstream of this format; `refused` would change the answer where
 * it asks for something, and else says nothing.
 */
const fieldKinds = {
  model: 'decoded',
  messages: 'decoded',
  stream: 'decoded',
  stream_options: 'decoded',
  tools: 'decoded',
  functions: 'decoded',
  tool_choice: 'decoded',
  function_call: 'decoded',
  parallel_tool_calls: 'decoded',
  max_tokens: 'decoded',
  max_completion_tokens: 'decoded',
  temperature: 'decoded',
  top_p: 'decoded',
  stop: 'decoded',
  seed: 'decoded',
  frequency_penalty: 'decoded',
  presence_penalty: 'decoded',
  reasoning_effort: 'decoded',
  response_format: 'decoded',
  user: 'decoded',
  n: 'refused',
  logprobs: 'refused',
  top_logprobs: 'refused',
  logit_bias: 'refused',
  audio: 'refused',
  modalities: 'refused',
  web_search_options: 'refused',
  // Their meaning is in our words as well.
  metadata: 'kept',
  prompt_cache_retention: 'kept',
  prompt_cache_options: 'kept',
  safety_identifier: 'kept',
  moderation: 'kept',
  prediction: 'kept',
  prompt_cache_key: 'kept',
  service_tier: 'kept',
  store: 'kept',
  verbosity: 'kept',
} satisfies Record<keyof ChatCompletionCreateParamsBase, 'decoded' | 'kept' | 'refused'>;

/** Kept fields that are understood all the same: to leave them out loses nothing but what is told of by other names. */
export const understoodExtra = [
  'metadata',
  'top_k',
  'reasoning',
  'prompt_cache_retention',
  'safety_identifier',
  'messages.system',
] as const;

/** Fields that stay as they were written, unknown ones among them. */
export function readExtra(body: JsonObject): [string, Json][] {
  const kinds: Readonly<Record<string, string>> = fieldKinds;
  return Object.entries(body).filter(([name, value]) => {
    if (!Object.hasOwn(kinds, name)) return !isMissing(value);
    return kinds[name] === 'kept' && !isEmpty(value) && saysMore(name, value);
  });
}

/** Whether it asks for something else than what is done without it. */
function saysMore(name: string, value: Json): boolean {
  switch (name) {
    case 'store':
      return value !== false;
    case 'service_tier':
      return value !== 'auto' && value !== 'default';
    case 'verbosity':
      return value !== 'medium';
    default:
      return true;
  }
}
