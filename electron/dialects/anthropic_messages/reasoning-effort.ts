import type { JsonObject } from '../../contract/json.ts';
import { reasoningEfforts } from '../../contract/request.ts';
import type { ReasoningEffort } from '../../contract/request.ts';
import { numberField, objectField, textField } from '../json-fields.ts';

type Level = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

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
 * The effort a body's `thinking` and `output_config` ask for; undefined where they leave it to the model. A budget
 * means the highest level it pays for: tools send 31999 where they mean the most.
 */
export function effortOf(body: JsonObject): ReasoningEffort | undefined {
  const thinking = objectField(body, 'thinking') ?? {};
  switch (thinking['type']) {
    case 'disabled':
    case 'between_tools':
      return 'none';
    case 'enabled':
      return levelOfBudget(numberField(thinking, 'budget_tokens') ?? 0);
    default: {
      const effort = textField(objectField(body, 'output_config') ?? {}, 'effort');
      return reasoningEfforts.find(known => known === effort);
    }
  }
}

function levelOfBudget(budget: number): Level {
  // Some leeway: 31999 is just below a limit its sender had to stay under.
  const paid = budget * 1.03;
  if (paid >= thinkingBudgets.max) return 'max';
  if (paid >= thinkingBudgets.xhigh) return 'xhigh';
  if (paid >= thinkingBudgets.high) return 'high';
  return paid >= thinkingBudgets.medium ? 'medium' : 'low';
}
