import type { Completion, GrowingBlock } from '../contract/completion.ts';
import { isJsonObject, parseJson } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import { invalidField, isMissing } from './request-fields.ts';

/** For formats that write them as an object. What is none stays readable for a tool that shows it. */
export function argumentsOf({ text }: Pick<GrowingBlock, 'text'>): JsonObject {
  if (text.trim() === '') return {};
  const value = parseJson(text);
  return isJsonObject(value) ? value : { arguments: text };
}

/**
 * The blocks without the calls that the limit cut off: half of the arguments make no object, and tools run every call
 * they are given, whatever the answer says of its end.
 */
export function wholeBlocks({ blocks, finish_reason: reason }: Completion): GrowingBlock[] {
  if (reason !== 'length') return blocks;
  return blocks.filter(({ block, text }) => block !== 'tool_use' || parseJson(text) !== undefined);
}

/** Arguments as a tool sends them back: JSON text, or an object. What a model wrote wrongly stays the text it was. */
export function decodeArguments(
  value: Json | undefined,
  path: string,
  expectation = 'a string of JSON',
): Json {
  if (isMissing(value)) return {};
  if (typeof value === 'string') {
    if (value.trim() === '') return {};
    const parsed = parseJson(value);
    return isJsonObject(parsed) ? parsed : value;
  }
  if (isJsonObject(value)) return value;
  throw invalidField(path, expectation);
}
