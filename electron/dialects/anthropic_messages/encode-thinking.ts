import type { OutputConfig, ThinkingConfigParam } from '@anthropic-ai/sdk/resources/messages';

import type { JsonObject } from '../../contract/json.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import type { ModelRules } from './model-rules.ts';
import { effortOf, levelOfBudget, thinkingBudgets, thinkingLevel } from './reasoning-effort.ts';
import type { Level } from './reasoning-effort.ts';

export type EncodedThinking = { max_tokens: number; thinking?: JsonObject; outputConfig?: JsonObject };

type Asking = { request: ChatRequest; model: TargetModel; rules: ModelRules; warn: Warn };

/** How much the model shall think, and the limit of tokens, which counts thinking in. */
export function encodeThinking(asking: Asking): EncodedThinking {
  const { request, model, rules, warn } = asking;
  const { max_tokens: asked, reasoning_effort: effort, reasoning_budget: budget } = request.options;
  const limit = model.max_output_tokens;
  // More than the model can write is refused, and many tools ask every model for the same large number.
  const isTooMuch = asked !== undefined && limit !== undefined && asked > limit;
  if (isTooMuch) warn('max_tokens');
  const max_tokens = isTooMuch ? limit : (asked ?? limit ?? rules.defaultMaxTokens);
  const native = readNative(request);
  if (native) return { max_tokens, ...native };
  if (effort === undefined && budget === undefined) return { max_tokens };
  const thinks = model.reasoning !== false && rules.thinking !== 'none';
  if (effort === 'none') return { max_tokens, ...(thinks && encodeNoThinking(rules)) };
  if (!thinks) {
    warnOfAll(asking);
    return { max_tokens };
  }
  const level = effort === undefined ? levelOfBudget(budget ?? 0) : thinkingLevel(effort);
  if (rules.thinking === 'adaptive') return { max_tokens, ...encodeAdaptive(asking, level) };
  // A budget and a tool that must be called exclude each other; the tool is what the caller cannot do without.
  const isForced = request.tool_choice?.type === 'required' || request.tool_choice?.type === 'tool';
  if (isForced && (request.tools?.length ?? 0) > 0) {
    warnOfAll(asking);
    return { max_tokens };
  }
  return withBudget(asking, Math.max(minBudget, budget ?? thinkingBudgets[level]), max_tokens);
}

/** As the tool wrote it, where it still says the same: exact budgets, how thinking is shown. */
function readNative({ extra, options }: ChatRequest): Omit<EncodedThinking, 'max_tokens'> | undefined {
  const thinking = extra?.['thinking'];
  const config = extra?.['output_config'];
  const native: JsonObject = {
    ...(isJsonObject(thinking) && { thinking }),
    ...(isJsonObject(config) && { output_config: config }),
  };
  if (Object.keys(native).length === 0) return undefined;
  const { reasoning_effort: effort, reasoning_budget: budget } = effortOf(native);
  if (effort !== options.reasoning_effort || budget !== options.reasoning_budget) return undefined;
  return {
    ...(isJsonObject(thinking) && { thinking }),
    ...(isJsonObject(config) && { outputConfig: config }),
  };
}

function encodeNoThinking(rules: ModelRules): Omit<EncodedThinking, 'max_tokens'> {
  switch (rules.noThinking) {
    case 'disabled':
    case 'between_tools':
      return { thinking: { type: rules.noThinking } satisfies ThinkingConfigParam };
    case 'low_effort':
      return { outputConfig: { effort: 'low' } satisfies OutputConfig };
  }
}

/** The model decides how long it thinks, so that an exact number of tokens has no place. */
function encodeAdaptive({ request, rules, warn }: Asking, level: Level): Omit<EncodedThinking, 'max_tokens'> {
  if (request.options.reasoning_budget !== undefined) warn('reasoning_budget');
  const thinking = {
    type: 'adaptive',
    ...(rules.hidesThinking && { display: 'summarized' as const }),
  } satisfies ThinkingConfigParam;
  const effort = level === 'xhigh' && !rules.takesXhigh ? 'high' : level;
  return { thinking, outputConfig: { effort } satisfies OutputConfig };
}

function warnOfAll({ request, warn }: Asking): void {
  for (const name of ['reasoning_effort', 'reasoning_budget'] as const) {
    if (request.options[name] !== undefined) warn(name);
  }
}

// The least Anthropic takes.
const minBudget = 1024;

/** Thinking comes on top of the answer's tokens, as far as the model's own limit allows; half of it is the answer's. */
function withBudget(asking: Asking, budget: number, maxTokens: number): EncodedThinking {
  const limit = asking.model.max_output_tokens;
  if (limit === undefined || maxTokens + budget <= limit) return enabled(maxTokens + budget, budget);
  const fitting = limit - Math.min(maxTokens, Math.ceil(limit / 2));
  if (fitting >= minBudget) return enabled(limit, Math.min(budget, fitting));
  warnOfAll(asking);
  return { max_tokens: Math.min(maxTokens, limit) };
}

function enabled(max_tokens: number, budget_tokens: number): EncodedThinking {
  return { max_tokens, thinking: { type: 'enabled', budget_tokens } satisfies ThinkingConfigParam };
}
