import { isJsonObject } from '../../contract/json.ts';
import type { Json } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';

/** Names each of the fields that stay behind, also those within others: `generationConfig.mediaResolution`. */
export function forOthers(request: ChatRequest): ChatRequest {
  if (!request.extra) return request;
  const fields = Object.entries(request.extra).flatMap(([name, value]): [string, Json][] => {
    if (name === 'tools') return toolFields(value);
    const isGroup = name === 'generationConfig' || name === 'toolConfig';
    if (!isGroup || !isJsonObject(value)) return [[name, value]];
    return Object.entries(value).map(([member, inner]) => [`${name}.${member}`, inner]);
  });
  return { ...request, extra: Object.fromEntries(fields) };
}

function toolFields(tools: Json): [string, Json][] {
  const list = Array.isArray(tools) ? tools : [];
  return list.flatMap(tool =>
    isJsonObject(tool)
      ? Object.entries(tool).map(([name, value]): [string, Json] => [`tools.${name}`, value])
      : [],
  );
}
