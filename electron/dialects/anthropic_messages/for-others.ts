import type { JsonObject } from '../../contract/json.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';
import { textField } from '../json-fields.ts';
import { nativeToolType } from './native-words.ts';
import { stripBillingHeader } from './strip-billing-header.ts';

/** Takes out what only Anthropic should see, and names its own tools among what is left behind. */
export function forOthers(request: ChatRequest): ChatRequest {
  const { system, extra } = request;
  const left = leftTools(extra);
  return {
    ...request,
    ...(system !== undefined && { system: stripBillingHeader(system) }),
    ...(extra && { extra: { ...extra, ...left } }),
  };
}

/** As fields of their own, e.g. `tools.web_search`: they are reported like every other that is not understood. */
function leftTools(extra: JsonObject | undefined): JsonObject {
  const tools = extra?.['tools'];
  if (!Array.isArray(tools)) return {};
  const left = tools.flatMap((tool): [string, JsonObject][] => {
    const type = nativeToolType(tool);
    // Looking for tools is not missed where all are there.
    if (type === undefined || !isJsonObject(tool) || type.startsWith('tool_search_tool')) return [];
    return [[`tools.${textField(tool, 'name') ?? type}`, tool]];
  });
  return Object.fromEntries(left);
}
