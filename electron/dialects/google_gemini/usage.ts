import type { GenerateContentResponseUsageMetadata } from '@google/genai';

import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import { numberField, objectField } from '../json-fields.ts';

/** Checked against the fields Google's library knows. */
const count = (raw: JsonObject, name: keyof GenerateContentResponseUsageMetadata): number | undefined =>
  numberField(raw, name);

/**
 * Usage of one event or a whole answer. Cached tokens are part of the prompt, as with us; what tools of Google's own
 * read is not, and thoughts are not part of the candidates.
 */
export function findUsage(event: JsonObject): Usage | undefined {
  const raw = objectField(event, 'usageMetadata');
  if (!raw) return undefined;
  const usage: Usage = {};
  const input = addKnown(count(raw, 'promptTokenCount'), count(raw, 'toolUsePromptTokenCount'));
  if (input !== undefined) usage.input_tokens = input;
  const reasoning = count(raw, 'thoughtsTokenCount');
  const output = addKnown(count(raw, 'candidatesTokenCount'), reasoning);
  if (output !== undefined) usage.output_tokens = output;
  const cached = count(raw, 'cachedContentTokenCount');
  if (cached !== undefined) usage.cache_read_tokens = cached;
  if (reasoning !== undefined) usage.reasoning_tokens = reasoning;
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function addKnown(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined && second === undefined ? undefined : (first ?? 0) + (second ?? 0);
}

/** Usage as Gemini writes it; undefined where nothing is known, and without the fields that are not. */
export function encodeUsage(usage: Usage): JsonObject | undefined {
  const { input_tokens: input, output_tokens: output, cache_read_tokens: cached } = usage;
  if (input === undefined && output === undefined) return undefined;
  const reasoning = usage.reasoning_tokens;
  return {
    ...(input !== undefined && { promptTokenCount: input }),
    ...(output !== undefined && { candidatesTokenCount: Math.max(0, output - (reasoning ?? 0)) }),
    ...(reasoning !== undefined && { thoughtsTokenCount: reasoning }),
    ...(cached !== undefined && { cachedContentTokenCount: cached }),
    totalTokenCount: (input ?? 0) + (output ?? 0),
  } satisfies GenerateContentResponseUsageMetadata;
}
