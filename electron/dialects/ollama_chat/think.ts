import type { Json } from '../../contract/json.ts';
import { reasoningEfforts } from '../../contract/request.ts';
import type { ReasoningEffort, RequestOptions } from '../../contract/request.ts';
import type { TargetModel } from '../dialect.ts';
import { invalidField, isMissing } from '../request-fields.ts';

/** The effort `think` asks for; on without a level is the middle one. */
export function decodeThink(think: Json | undefined): ReasoningEffort | undefined {
  if (isMissing(think)) return undefined;
  if (typeof think === 'boolean') return think ? 'medium' : 'none';
  const known = reasoningEfforts.find(effort => effort === think);
  if (known) return known;
  throw invalidField('think', 'true, false, low, medium or high');
}

/** `think` for the options; undefined where it is left to the model. */
export function encodeThink(options: RequestOptions, model: TargetModel): Json | undefined {
  const { reasoning_effort: effort, reasoning_budget: budget } = options;
  // Ollama refuses the field, even false on old servers, for models that do not think.
  if (model.reasoning === false) return undefined;
  if (effort === undefined) return budget === undefined ? undefined : true;
  if (effort === 'none') return false;
  return takesLevel(model.id) ? levelOf(effort) : true;
}

/** gpt-oss ignores true and false; every other model thinks or does not. */
function takesLevel(modelId: string): boolean {
  return /gpt-oss/i.test(modelId);
}

function levelOf(effort: Exclude<ReasoningEffort, 'none'>): 'low' | 'medium' | 'high' {
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
