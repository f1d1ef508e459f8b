import { countingAt } from '../token-counting.ts';

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
export const countTokens = countingAt('/v1/responses/input_tokens', countedFields, tokens => ({
  object: 'response.input_tokens',
  input_tokens: tokens,
}));
