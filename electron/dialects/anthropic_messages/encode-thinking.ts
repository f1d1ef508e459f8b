import type { JsonObject } from '../../contract/json.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { TargetModel } from '../dialect.ts';
import type { ModelRules } from './model-rules.ts';
import { effortOf, thinkingBudgets, thinkingLevel } from './reasoning-effort.ts';

export type EncodedThinking = { max_tokens: number; thinking?: JsonObject; outputConfig?: JsonObject };

/** How much the model shall think, and the limit of tokens, which counts thinking in. */
export function encodeThinking(request: ChatRequest, model: TargetModel, rules: ModelRules): EncodedThinking {
  const { options } = request;
  const limit = model.max_output_tokens;
  const max_tokens = options.max_tokens ?? limit ?? rules.defaultMaxTokens;
  const native = readNative(request);
  if (native) return { max_tokens, ...native };
  const effort = options.reasoning_effort;
  if (effort === undefined || model.reasoning === false || rules.thinking === 'none') return { max_tokens };
  if (effort === 'none') return { max_tokens, ...encodeNoThinking(rules) };
  const level = thinkingLevel(effort);
  if (rules.thinking === 'adaptive') {
    const thinking = { type: 'adaptive', ...(rules.hidesThinking && { display: 'summarized' }) };
    return {
      max_tokens,
      thinking,
      outputConfig: { effort: level === 'xhigh' && !rules.takesXhigh ? 'high' : level },
    };
  }
  // A budget and a tool that must be called exclude each other; the tool is what the caller cannot do without.
  const isForced = request.tool_choice?.type === 'required' || request.tool_choice?.type === 'tool';
  if (isForced && (request.tools?.length ?? 0) > 0) return { max_tokens };
  return withBudget(thinkingBudgets[level], max_tokens, limit);
}

/** As the tool wrote it, where it still says the same: exact budgets, how thinking is shown. */
function readNative({ extra, options }: ChatRequest): Omit<EncodedThinking, 'max_tokens'> | undefined {
  const thinking = extra?.['thinking'];
  const config = extra?.['output_config'];
  const native: JsonObject = {
    ...(isJsonObject(thinking) && { thinking }),
    ...(isJsonObject(config) && { output_config: config }),
  };
  if (Object.keys(native).length === 0 || effortOf(native) !== options.reasoning_effort) return undefined;
  return {
    ...(isJsonObject(thinking) && { thinking }),
    ...(isJsonObject(config) && { outputConfig: config }),
  };
}

function encodeNoThinking(rules: ModelRules): Omit<EncodedThinking, 'max_tokens'> {
  switch (rules.noThinking) {
    case 'disabled':
    case 'between_tools':
      return { thinking: { type: rules.noThinking } };
    case 'low_effort':
      return { outputConfig: { effort: 'low' } };
  }
}

// The least Anthropic takes.
const minBudget = 1024;

/** Thinking comes on top of the answer's tokens, as far as the model's own limit allows; half of it is the answer's. */
function withBudget(budget: number, maxTokens: number, limit: number | undefined): EncodedThinking {
  if (limit === undefined || maxTokens + budget <= limit) {
    return { max_tokens: maxTokens + budget, thinking: { type: 'enabled', budget_tokens: budget } };
  }
  const fitting = limit - Math.min(maxTokens, Math.ceil(limit / 2));
  if (fitting < minBudget) return { max_tokens: Math.min(maxTokens, limit) };
  return { max_tokens: limit, thinking: { type: 'enabled', budget_tokens: Math.min(budget, fitting) } };
}
