import type { OutputConfig } from '@anthropic-ai/sdk/resources/messages';

import type { JsonObject } from '../../contract/json.ts';
import { reasoningEfforts } from '../../contract/request.ts';
import type { ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import { numberField, objectField, textField } from '../json-fields.ts';

/** Anthropic's own levels of effort. */
export type Level = NonNullable<OutputConfig['effort']>;

type AskedEffort = Pick<RequestOptions, 'reasoning_effort' | 'reasoning_budget'>;

/** Tokens a level may think where the model wants a number. */
export const thinkingBudgets: Readonly<Record<Level, number>> = {
  low: 1024,
  medium: 4096,
  high: 16_384,
  xhigh: 24_576,
  max: 32_768,
};

/** Our levels that ask for thinking, as Anthropic counts them; `minimal` is its `low`. */
export function thinkingLevel(effort: Exclude<ReasoningEffort, 'none'>): Level {
  return effort === 'minimal' ? 'low' : effort;
}

/**
 * What a body's `thinking` and `output_config` ask for; nothing where they leave it to the model. A budget means the
 * highest level it pays for: tools send 31999 where they mean the most. It stays known as a number where it is not the
 * level's own.
 */
export function effortOf(body: JsonObject): AskedEffort {
  const thinking = objectField(body, 'thinking') ?? {};
  const named = textField(objectField(body, 'output_config') ?? {}, 'effort');
  const effort = reasoningEfforts.find(known => known === named);
  switch (thinking['type']) {
    case 'disabled':
    case 'between_tools':
      return { reasoning_effort: 'none' };
    case 'enabled': {
      const budget = numberField(thinking, 'budget_tokens');
      // Without a number, as makers of other models have it, it only means: do think.
      if (budget === undefined) return { reasoning_effort: effort ?? 'medium' };
      const level = levelOfBudget(budget);
      const isExact = Number.isSafeInteger(budget) && budget > 0 && budget !== thinkingBudgets[level];
      return { reasoning_effort: level, ...(isExact && { reasoning_budget: budget }) };
    }
    default:
      return effort === undefined ? {} : { reasoning_effort: effort };
  }
}

export function levelOfBudget(budget: number): Level {
  // Some leeway: 31999 is just below a limit its sender had to stay under.
  const paid = budget * 1.03;
  if (paid >= thinkingBudgets.max) return 'max';
  if (paid >= thinkingBudgets.xhigh) return 'xhigh';
  if (paid >= thinkingBudgets.high) return 'high';
  return paid >= thinkingBudgets.medium ? 'medium' : 'low';
}
