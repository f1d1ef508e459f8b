import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import { numberField, objectField } from '../json-fields.ts';

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
  const said: UsageCounts = withoutUndefined({
    fresh: numberField(raw, 'input_tokens'),
    cacheRead: numberField(raw, 'cache_read_input_tokens'),
    cacheWrite: numberField(raw, 'cache_creation_input_tokens'),
    output: numberField(raw, 'output_tokens'),
    thinking: numberField(objectField(raw, 'output_tokens_details') ?? {}, 'thinking_tokens'),
  });
  for (const [name, value] of Object.entries(said)) {
    const key = name as keyof UsageCounts; // the names are those of the literal above
    if (value > 0 || counts[key] === undefined) counts[key] = value;
  }
}

/** In our words: the whole prompt, where Anthropic's `input_tokens` is only what was neither read from nor written to the cache. */
export function toUsage(counts: UsageCounts): Usage | undefined {
  const { fresh, cacheRead, cacheWrite, output, thinking } = counts;
  const prompt = (fresh ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0);
  const usage: Usage = withoutUndefined({
    // There is no empty prompt: 0 stands for unknown.
    input_tokens: prompt === 0 ? undefined : prompt,
    output_tokens: output,
    cache_read_tokens: prompt === 0 ? undefined : cacheRead,
    cache_write_tokens: prompt === 0 ? undefined : cacheWrite,
    reasoning_tokens: thinking,
  });
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function withoutUndefined(fields: Record<string, number | undefined>): Record<string, number> {
  const known: Record<string, number> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) known[name] = value;
  return known;
}
