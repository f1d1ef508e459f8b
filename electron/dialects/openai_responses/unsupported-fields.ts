import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { isEmpty } from '../request-fields.ts';

/**
 * Fields of a body that would change the answer and that our own words have no place for, with why not. They are
 * refused by name where the bytes cannot pass as they are; leaving them out would be a wrong answer.
 */
export function unsupportedFields(body: JsonObject): { name: string; reason: string }[] {
  return Object.entries(changesAnswer).flatMap(([name, { check, reason }]) =>
    check(readField(body, name)) ? [{ name, reason }] : [],
  );
}

function readField(body: JsonObject, path: string): Json | undefined {
  const [name = '', inner] = path.split('.');
  const value = body[name];
  if (inner === undefined) return value;
  return isJsonObject(value) ? value[inner] : undefined;
}

type Rule = { check: (value: Json | undefined) => boolean; reason: string };

const isSet = (value: Json | undefined): boolean => !isEmpty(value);
const keepsNothing =
  'Parley keeps no answers, so send the whole conversation as input, with store: false, or pick a model whose provider speaks the Responses format itself';
const notHere =
  "this model's provider has nothing like it, so leave it out, or pick a model whose provider speaks the Responses format itself";

const changesAnswer: Record<string, Rule> = {
  previous_response_id: { check: isSet, reason: keepsNothing },
  conversation: { check: isSet, reason: keepsNothing },
  background: { check: value => value === true, reason: keepsNothing },
  prompt: { check: isSet, reason: notHere },
  top_logprobs: { check: value => isSet(value) && value !== 0, reason: notHere },
  include: {
    check: value => Array.isArray(value) && value.includes('message.output_text.logprobs'),
    reason: notHere,
  },
  // An answer without words, only to have the prompt cached.
  'prompt_cache_options.prewarm': { check: value => value === true, reason: notHere },
  // Not OpenAI's here, but tools carry them over from Chat Completions.
  n: { check: value => isSet(value) && value !== 1, reason: notHere },
  logprobs: { check: value => isSet(value) && value !== false, reason: notHere },
  logit_bias: { check: isSet, reason: notHere },
};
