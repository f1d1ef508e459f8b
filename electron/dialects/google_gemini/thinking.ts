import type { ThinkingConfig } from '@google/genai';

import type { JsonObject } from '../../contract/json.ts';
import type { ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import { invalidField, optionalNumber, optionalString } from '../request-fields.ts';
import { rulesOf } from './model-rules.ts';
import type { Level, ModelRules } from './model-rules.ts';

type Thinking = Pick<RequestOptions, 'reasoning_effort' | 'reasoning_budget'>;

/** Google's own examples write levels in small letters, its library in capitals; both are taken. */
type WireThinking = Omit<ThinkingConfig, 'thinkingLevel'> & { thinkingLevel?: Level };

/** `thinkingConfig` for the options; undefined where it is left to the model. */
export function encodeThinking(options: Thinking, model: TargetModel, warn: Warn): JsonObject | undefined {
  const { reasoning_effort: effort, reasoning_budget: budget } = options;
  const isOff = effort === 'none';
  // Refused by models that do not think.
  if (model.reasoning === false) {
    if (effort !== undefined && !isOff) warn('reasoning_effort');
    if (budget !== undefined && !isOff) warn('reasoning_budget');
    return undefined;
  }
  const rules = rulesOf(model.id);
  if (isOff) return encodeNone(rules);
  if (budget !== undefined && (rules.budgets || !rules.levels)) return encodeBudget(budget, rules, warn);
  // Where only a level can be named, it is the one the number pays for.
  if (budget !== undefined) warn('reasoning_budget');
  const wanted = effort ?? (budget === undefined ? undefined : effortOfBudget(budget));
  if (wanted === undefined) return undefined;
  if (!rules.levels) {
    return { thinkingBudget: budgetOf(wanted), includeThoughts: true } satisfies WireThinking;
  }
  const thinkingLevel = fitLevel(levelOf(wanted), rules.levels);
  return { thinkingLevel, includeThoughts: true } satisfies WireThinking;
}

/** Most models refuse not to think; they get as little of it as they can. */
function encodeNone({ levels, budgets, canStopThinking }: ModelRules): JsonObject {
  if (levels) return { thinkingLevel: levels[0] ?? 'low' } satisfies WireThinking;
  return { thinkingBudget: canStopThinking ? 0 : (budgets?.least ?? 0) } satisfies WireThinking;
}

function encodeBudget(budget: number, { budgets }: ModelRules, warn: Warn): JsonObject {
  const thinkingBudget = budgets ? Math.min(budgets.most, Math.max(budgets.least, budget)) : budget;
  if (thinkingBudget !== budget) warn('reasoning_budget');
  return { thinkingBudget, includeThoughts: true } satisfies WireThinking;
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

/** The level itself, or the next above it that the model has. */
function fitLevel(level: Level, levels: readonly Level[]): Level {
  const order: readonly Level[] = ['minimal', 'low', 'medium', 'high'];
  return order.slice(order.indexOf(level)).find(each => levels.includes(each)) ?? 'high';
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
 * a budget means the effort it would be sent for, and stays known as a number where that has another.
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
  const effort = effortOfBudget(budget);
  return { reasoning_effort: effort, ...(budget !== budgetOf(effort) && { reasoning_budget: budget }) };
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

function effortOfBudget(budget: number): Exclude<ReasoningEffort, 'none'> {
  if (budget <= 512) return 'minimal';
  if (budget <= 2048) return 'low';
  if (budget <= 4096) return 'medium';
  return budget <= 8192 ? 'high' : 'xhigh';
}
