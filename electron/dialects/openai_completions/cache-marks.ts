import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Message } from '../../contract/message.ts';
import type { ChatRequest, RequestOptions } from '../../contract/request.ts';
import { wishOfMarks } from '../cache-wish.ts';
import { objectField, objectsField } from '../json-fields.ts';

/*
 * Where a prompt is cached is worth money. OpenAI caches by itself; for other vendors' models aggregators as OpenRouter
 * take Anthropic's `cache_control` in parts of content, and tools that know them write it there.
 */

const dialect = 'openai_completions';
const field = 'cache_control';

/** The marks of a message's parts by their position, as they travel beside its blocks. */
export function withCacheMarks(message: Message, content: Json | undefined): Message {
  if (!Array.isArray(content)) return message;
  const marks = content.flatMap((part, index) =>
    isJsonObject(part) && isJsonObject(part[field]) ? [[String(index), part[field]] as const] : [],
  );
  if (marks.length === 0) return message;
  const entry = { dialect, [field]: Object.fromEntries(marks) };
  return { ...message, private: [...(message.private ?? []), entry] };
}

/** Marks by position, of a message that came in this format: only then its upstream is known to take them. */
export function readOwnMarks(message: Message): JsonObject {
  const entry = entriesOf(message).find(known => known['dialect'] === dialect);
  return (entry && objectField(entry, field)) ?? {};
}

/** What of a body may be marked: parts of its messages, and its tools. */
export function markableParts(body: JsonObject): JsonObject[] {
  return [
    ...objectsField(body, 'messages').flatMap(message => objectsField(message, 'content')),
    ...objectsField(body, 'tools'),
  ];
}

/** How long the prompt should be kept, by the option or by marks of another format. */
export function cacheWishOf({ options, messages }: ChatRequest): RequestOptions['cache'] {
  if (options.cache !== undefined) return options.cache;
  const marks = messages.flatMap(message =>
    entriesOf(message).flatMap(entry => Object.values(objectField(entry, field) ?? {})),
  );
  return wishOfMarks(marks.filter(mark => isJsonObject(mark)));
}

/** Marks the system prompt and the end of the conversation, which is what a model with such marks can make use of. */
export function markMessages(messages: JsonObject[], cache: 'short' | 'long'): JsonObject[] {
  const mark = { type: 'ephemeral', ...(cache === 'long' && { ttl: '1h' }) };
  const last = messages.findLastIndex(message => message['role'] === 'user');
  return messages.map((message, index) =>
    index === last || message['role'] === 'system' ? markMessage(message, mark) : message,
  );
}

function markMessage(message: JsonObject, mark: JsonObject): JsonObject {
  const { content } = message;
  const parts = typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : content;
  if (!Array.isArray(parts) || parts.length === 0) return message;
  return {
    ...message,
    content: parts.map((part, index) =>
      index === parts.length - 1 && isJsonObject(part) ? { ...part, [field]: mark } : part,
    ),
  };
}

function entriesOf(message: Message): JsonObject[] {
  return (message.private ?? []).filter(entry => isJsonObject(entry));
}
