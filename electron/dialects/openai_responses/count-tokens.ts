import type { JsonObject } from '../../contract/json.ts';
import { numberField } from '../json-fields.ts';
import { readName } from '../request-fields.ts';
import type { TokenCounting } from '../token-counting.ts';

const address = '/v1/responses/input_tokens';

/** Fields the address takes; those that shape only the answer are not among them. */
const countedFields = [
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
] as const;

/** OpenAI's own address; compatible servers seldom have it. */
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
    encodeResponse: tokens => ({ object: 'response.input_tokens', input_tokens: tokens }),
  },
};
