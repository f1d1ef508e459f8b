import type { Json, JsonObject } from '../../contract/json.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import { textField } from '../json-fields.ts';
import { withLeftMembers } from '../left-members.ts';
import { isEmpty } from '../request-fields.ts';
import { nativeToolType } from './native-words.ts';
import { stripBillingHeader } from './strip-billing-header.ts';

/** Takes out what only Anthropic should see, and names its own tools among what is left behind. */
export function forOthers(request: ChatRequest): ChatRequest {
  const { system, extra } = request;
  return withLeftMembers(
    {
      ...request,
      ...(system !== undefined && { system: stripBillingHeader(system) }),
      ...(extra && { extra: { ...withoutDefaults(extra), ...leftTools(extra) } }),
    },
    understoodMembers(extra ?? {}),
  );
}

/** To see what was thought is what everybody gets. */
function understoodMembers({ thinking }: JsonObject): Record<string, string[]> {
  const isShown = isJsonObject(thinking) && thinking['display'] === 'summarized';
  return {
    thinking: ['type', 'budget_tokens', ...(isShown ? ['display'] : [])],
    output_config: ['effort', 'format'],
  };
}

function withoutDefaults(extra: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(extra).filter(([name, value]) => !isDefault(name, value)));
}

/** What asks for what is done without it is not missed. */
function isDefault(name: string, value: Json): boolean {
  switch (name) {
    case 'service_tier':
      return value === 'auto';
    case 'inference_geo':
      return value === '';
    case 'context_management':
      return isJsonObject(value) && Object.values(value).every(isEmpty);
    default:
      return false;
  }
}

/** As fields of their own, e.g. `tools.web_search`: they are reported like every other that is not understood. */
function leftTools(extra: JsonObject): JsonObject {
  const tools = extra['tools'];
  if (!Array.isArray(tools)) return {};
  const left = tools.flatMap((tool): [string, JsonObject][] => {
    const type = nativeToolType(tool);
    // Looking for tools is not missed where all are there.
    if (type === undefined || !isJsonObject(tool) || type.startsWith('tool_search_tool')) return [];
    return [[`tools.${textField(tool, 'name') ?? type}`, tool]];
  });
  return Object.fromEntries(left);
}
