import type { JsonObject } from '../../contract/json.ts';
import { numberField } from '../json-fields.ts';
import type { TokenCounting } from '../token-counting.ts';
import { optionalMembers, readMembers } from './camel-members.ts';
import { methodPath, methodRoutes, resourceName } from './method-path.ts';
import { readRoute } from './read-request.ts';

/** System instruction and tools only count inside of `generateContentRequest`; with `contents` alone they are refused. */
export const countTokens: TokenCounting = {
  client: {
    path: modelId => methodPath(modelId, 'countTokens'),
    encodeRequest: (encoded, modelId) => ({
      generateContentRequest: { model: resourceName(modelId), ...encoded },
    }),
    rewrite(body, modelId) {
      const inner = optionalMembers(readMembers(body, ''), 'generateContentRequest', '');
      if (!inner) return body;
      return { generateContentRequest: { ...inner, model: resourceName(modelId) } };
    },
    decodeResponse: body => numberField(body, 'totalTokens'),
  },
  server: {
    routes: methodRoutes('countTokens'),
    readModel: (_body, route) => readRoute(route).model,
    readRequest(raw): JsonObject {
      const body = readMembers(raw, '');
      return optionalMembers(body, 'generateContentRequest', '') ?? body;
    },
    encodeResponse: tokens => ({ totalTokens: tokens }),
  },
};
