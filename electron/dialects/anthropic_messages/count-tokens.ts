import { countingAt } from '../token-counting.ts';

const countedFields = [
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
] as const;

export const countTokens = countingAt('/v1/messages/count_tokens', countedFields, tokens => ({
  input_tokens: tokens,
}));
