import type { CacheControlEphemeral } from '@anthropic-ai/sdk/resources/messages';

import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Message } from '../../contract/message.ts';
import type { ChatRequest } from '../../contract/request.ts';

/** `cache_control` of a message's blocks, by their position in it. */
export type CacheMarks = Record<string, Json>;

/**
 * Where the prompt is cached is the tool's decision and worth its money, and our blocks have no place for it: it
 * travels beside them, for the case that Anthropic's format goes in and out with a script's hooks in between.
 */
export function readCacheMarks(message: Message): CacheMarks {
  for (const entry of message.private ?? []) {
    if (isJsonObject(entry) && isJsonObject(entry['cache_control'])) return entry['cache_control'];
  }
  return {};
}

export function withCacheMarks(message: Message, marks: CacheMarks): Message {
  return Object.keys(marks).length === 0 ? message : { ...message, private: [{ cache_control: marks }] };
}

/**
 * The mark that the `cache` option asks for on system, tools and the last message. None where the tool set its own:
 * it knows better, and more than four marks are refused.
 */
export function cacheMarkOf({ options, messages, extra }: ChatRequest): JsonObject | undefined {
  if (options.cache === undefined) return undefined;
  const hasOwn =
    extra?.['system'] !== undefined ||
    extra?.['tools'] !== undefined ||
    extra?.['cache_control'] !== undefined ||
    messages.some(message => Object.keys(readCacheMarks(message)).length > 0);
  if (hasOwn) return undefined;
  const mark: CacheControlEphemeral =
    options.cache === 'long' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' };
  return { ...mark };
}
