import type { JsonObject } from '../../contract/json.ts';
import type { RequestOptions } from '../../contract/request.ts';
import type { Warn } from '../dialect.ts';
import type { ModelRules } from './model-rules.ts';

// Below it top_p is refused beside thinking.
const minThinkingTopP = 0.95;

/**
 * Temperature and its kin, as far as the model takes them: since Claude 4.7 it takes none, before that no temperature
 * beside thinking. Nearly every tool sends one, and no answer at all is worse than one at the model's own temperature.
 */
export function encodeSampling(
  options: RequestOptions,
  rules: ModelRules,
  thinking: JsonObject | undefined,
  warn?: Warn,
): JsonObject {
  const taken = takeSamplers(options, rules, thinking);
  for (const name of ['temperature', 'top_p', 'top_k'] as const) {
    if (options[name] !== undefined && taken[name] !== options[name]) warn?.(name);
  }
  return taken;
}

function takeSamplers(
  { temperature, top_p, top_k }: RequestOptions,
  rules: ModelRules,
  thinking: JsonObject | undefined,
): JsonObject {
  if (rules.samplers === 'none') return {};
  const isThinking = thinking?.['type'] === 'enabled' || thinking?.['type'] === 'adaptive';
  if (isThinking) return top_p !== undefined && top_p >= minThinkingTopP ? { top_p } : {};
  const isEither = rules.samplers === 'one' && temperature !== undefined;
  return {
    // Others count to 2.
    ...(temperature !== undefined && { temperature: Math.min(1, temperature) }),
    ...(top_p !== undefined && !isEither && { top_p }),
    ...(top_k !== undefined && { top_k }),
  };
}
