import { isJsonObject } from '../../contract/json.ts';
import type { Json } from '../../contract/json.ts';
import type { ChatRequest } from '../../contract/request.ts';

/** Names each of the fields that stay behind, also those within `options`: `options.num_ctx`. */
export function forOthers(request: ChatRequest): ChatRequest {
  if (!request.extra) return request;
  const fields = Object.entries(request.extra).flatMap(([name, value]): [string, Json][] =>
    name === 'options' && isJsonObject(value)
      ? Object.entries(value).map(([setting, inner]) => [`options.${setting}`, inner])
      : [[name, value]],
  );
  return { ...request, extra: Object.fromEntries(fields) };
}
