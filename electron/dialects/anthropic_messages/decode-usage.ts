import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import { numberField, objectField } from '../json-fields.ts';
import { noteTokens } from '../note-tokens.ts';

/** Counts as Anthropic gives them, as far as they are known. */
export type UsageCounts = {
  fresh?: number;
  cacheRead?: number;
  cacheWrite?: number;
  output?: number;
  thinking?: number;
};

/**
 * Takes in what one event says. The counts are totals that only grow, and `message_delta` may leave out what
 * `message_start` said, or the other way round: several compatible servers write 0 where they do not know.
 */
export function mergeUsage(counts: UsageCounts, raw: JsonObject): void {
  merge(counts, 'fresh', numberField(raw, 'input_tokens'));
  merge(counts, 'cacheRead', numberField(raw, 'cache_read_input_tokens'));
  merge(counts, 'cacheWrite', numberField(raw, 'cache_creation_input_tokens'));
  merge(counts, 'output', numberField(raw, 'output_tokens'));
  const details = objectField(raw, 'output_tokens_details');
  if (details) merge(counts, 'thinking', numberField(details, 'thinking_tokens'));
}

function merge(counts: UsageCounts, name: keyof UsageCounts, said: number | undefined): void {
  if (said !== undefined && (said > 0 || counts[name] === undefined)) counts[name] = said;
}

/** In our words: the whole prompt, where Anthropic's `input_tokens` is only what was neither read from nor written to the cache. */
export function toUsage(counts: UsageCounts): Usage | undefined {
  const { fresh, cacheRead, cacheWrite, output, thinking } = counts;
  const prompt = (fresh ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0);
  // There is no empty prompt: 0 stands for unknown.
  const isKnown = prompt !== 0;
  const usage: Usage = {};
  noteTokens(usage, 'input_tokens', isKnown ? prompt : undefined);
  noteTokens(usage, 'output_tokens', output);
  noteTokens(usage, 'cache_read_tokens', isKnown ? cacheRead : undefined);
  noteTokens(usage, 'cache_write_tokens', isKnown ? cacheWrite : undefined);
  noteTokens(usage, 'reasoning_tokens', thinking);
  return Object.keys(usage).length === 0 ? undefined : usage;
}
