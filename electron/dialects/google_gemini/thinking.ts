import type { JsonObject } from '../../contract/json.ts';
import type { ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import type { TargetModel } from '../dialect.ts';
import { invalidField, optionalNumber, optionalString } from '../request-fields.ts';
import { generationOf, isPro } from './model-rules.ts';

type Level = 'minimal' | 'low' | 'medium' | 'high';

type Thinking = Pick<RequestOptions, 'reasoning_effort' | 'reasoning_budget'>;

/** `thinkingConfig` for the options; undefined where it is left to the model. */
export function encodeThinking(options: Thinking, model: TargetModel): JsonObject | undefined {
  const { reasoning_effort: effort, reasoning_budget: budget } = options;
  // Refused by models that do not think.
  if (model.reasoning === false) return undefined;
  if (effort === 'none') return encodeNone(model.id);
  if (budget !== undefined) return { thinkingBudget: budget, includeThoughts: true };
  if (effort === undefined) return undefined;
  // Aliases take budgets whatever model stands behind them.
  if ((generationOf(model.id) ?? 0) < 3) {
    return { thinkingBudget: budgetOf(effort), includeThoughts: true };
  }
  return { thinkingLevel: fitLevel(levelOf(effort), model.id), includeThoughts: true };
}

/** Pro models refuse not to think; they get as little of it as they can. */
function encodeNone(modelId: string): JsonObject {
  if (!isPro(modelId)) return { thinkingBudget: 0 };
  return (generationOf(modelId) ?? 0) < 3 ? { thinkingBudget: 128 } : { thinkingLevel: 'low' };
}

function levelOf(effort: Exclude<ReasoningEffort, 'none'>): Level {
  switch (effort) {
    case 'minimal':
    case 'low':
      return 'minimal';
    case 'medium':
      return 'low';
    case 'high':
      return 'medium';
    case 'xhigh':
    case 'max':
      return 'high';
  }
}

/** Pro models know no `minimal`, and the first of the third generation no `medium` either. */
function fitLevel(level: Level, modelId: string): Level {
  if (!isPro(modelId)) return level;
  if (level === 'minimal') return 'low';
  return level === 'medium' && /gemini-3-pro/i.test(modelId) ? 'high' : level;
}

/** -1 lets the model think as long as it finds right. */
function budgetOf(effort: Exclude<ReasoningEffort, 'none'>): number {
  switch (effort) {
    case 'minimal':
      return 512;
    case 'low':
      return 2048;
    case 'medium':
      return 4096;
    case 'high':
      return 8192;
    case 'xhigh':
      return 16_384;
    case 'max':
      return -1;
  }
}

/**
 * What `thinkingConfig` asks for. A level means the effort of the same name, because it goes to other vendors' models;
 * a budget means the effort it would be sent for, and stays known as a number.
 */
export function decodeThinking(config: JsonObject | undefined, path: string): Thinking {
  if (!config) return {};
  const level = optionalString(config, 'thinkingLevel', path)?.toLowerCase();
  if (level !== undefined && level !== 'thinking_level_unspecified')
    return { reasoning_effort: readLevel(level, path) };
  const budget = optionalNumber(config, 'thinkingBudget', path);
  if (budget === undefined || budget < 0) return {};
  if (budget === 0) return { reasoning_effort: 'none' };
  if (!Number.isSafeInteger(budget)) throw invalidField(`${path}.thinkingBudget`, 'a whole number');
  return { reasoning_effort: effortOfBudget(budget), reasoning_budget: budget };
}

function readLevel(level: string, path: string): Level {
  switch (level) {
    case 'minimal':
    case 'low':
    case 'medium':
    case 'high':
      return level;
    default:
      throw invalidField(`${path}.thinkingLevel`, 'one of minimal, low, medium, high');
  }
}

function effortOfBudget(budget: number): ReasoningEffort {
  if (budget <= 512) return 'minimal';
  if (budget <= 2048) return 'low';
  if (budget <= 4096) return 'medium';
  return budget <= 8192 ? 'high' : 'xhigh';
}
