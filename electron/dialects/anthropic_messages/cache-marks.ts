import { isJsonObject } from '../../contract/json.ts';
import type { Json } from '../../contract/json.ts';
import type { Message } from '../../contract/message.ts';

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
