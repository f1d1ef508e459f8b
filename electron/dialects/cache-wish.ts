import type { JsonObject } from '../contract/json.ts';
import type { RequestOptions } from '../contract/request.ts';
import { objectField, textField } from './json-fields.ts';

/*
 * How long a prompt should stay cached, as bodies of OpenAI's formats ask for it: the whole of it by a field, or what
 * stands before a part by a mark on it.
 */

/** The wish of the fields, or else that of the marks on these parts. */
export function readCacheWish(body: JsonObject, parts: JsonObject[]): RequestOptions['cache'] {
  const said =
    textField(objectField(body, 'prompt_cache_options') ?? {}, 'ttl') ??
    textField(body, 'prompt_cache_retention');
  if (said === undefined) return wishOfMarks(parts.flatMap(readMark));
  return said === '30m' || said === 'in_memory' ? 'short' : 'long';
}

/** OpenAI's mark, or Anthropic's, which aggregators take in its place. */
function readMark(part: JsonObject): JsonObject[] {
  const mark = objectField(part, 'prompt_cache_breakpoint') ?? objectField(part, 'cache_control');
  return mark ? [mark] : [];
}

export function wishOfMarks(marks: JsonObject[]): RequestOptions['cache'] {
  if (marks.length === 0) return undefined;
  return marks.some(mark => mark['ttl'] === '1h' || mark['ttl'] === '12h') ? 'long' : 'short';
}
