import type { ChatRequest as WireRequest } from 'ollama';

import type { Json } from '../../contract/json.ts';
import { reasoningEfforts } from '../../contract/request.ts';
import type { ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import type { TargetModel, Warn } from '../dialect.ts';
import { invalidField, isMissing } from '../request-fields.ts';

type Level = Exclude<WireRequest['think'], boolean | undefined>;

/** What `think: true` asks for: on without a level is the middle one. */
const plainEffort = 'medium' satisfies ReasoningEffort;

/** The effort `think` asks for. */
export function decodeThink(think: Json | undefined): ReasoningEffort | undefined {
  if (isMissing(think)) return undefined;
  if (typeof think === 'boolean') return think ? plainEffort : 'none';
  const known = reasoningEfforts.find(effort => effort === think);
  if (known) return known;
  throw invalidField('think', 'true, false, low, medium or high');
}

/** `think` for the options; undefined where it is left to the model. */
export function encodeThink(
  options: RequestOptions,
  model: TargetModel,
  warn: Warn,
): WireRequest['think'] | undefined {
  const { reasoning_effort: effort, reasoning_budget: budget } = options;
  if (budget !== undefined && effort !== 'none') warn('reasoning_budget');
  // Ollama refuses the field, even false on old servers, for models that do not think.
  if (model.reasoning === false) {
    if (effort !== undefined && effort !== 'none') warn('reasoning_effort');
    return undefined;
  }
  if (effort === undefined) return budget === undefined ? undefined : true;
  if (effort === 'none') return false;
  if (takesLevel(model.id)) return levelOf(effort);
  if (effort !== plainEffort) warn('reasoning_effort');
  return true;
}

/** gpt-oss ignores true and false; every other model thinks or does not. */
function takesLevel(modelId: string): boolean {
  return /gpt-oss/i.test(modelId);
}

function levelOf(effort: Exclude<ReasoningEffort, 'none'>): Level {
  switch (effort) {
    case 'minimal':
    case 'low':
      return 'low';
    case 'medium':
      return 'medium';
    case 'high':
    case 'xhigh':
    case 'max':
      return 'high';
  }
}
