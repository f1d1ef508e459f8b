import type { JsonObject } from '../../contract/json.ts';
import { numberField } from '../json-fields.ts';
import { readName } from '../request-fields.ts';
import type { TokenCounting } from '../token-counting.ts';

const address = '/v1/messages/count_tokens';

/** Fields the address takes; it refuses every other one, `max_tokens` included. */
const countedFields = [
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
] as const;

export const countTokens: TokenCounting = {
  client: {
    path: () => address,
    encodeRequest(encoded, modelId) {
      const counted: JsonObject = { model: modelId };
      for (const name of countedFields) {
        const value = encoded[name];
        if (value !== undefined) counted[name] = value;
      }
      return counted;
    },
    rewrite: (body, modelId) => ({ ...body, model: modelId }),
    decodeResponse: body => numberField(body, 'input_tokens'),
  },
  server: {
    routes: [address],
    readModel: body => readName(body, 'model', ''),
    readRequest: body => body,
    encodeResponse: tokens => ({ input_tokens: tokens }),
  },
};
