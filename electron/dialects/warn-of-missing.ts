import type { ChatRequest } from '../contract/request.ts';
import type { Warn } from './dialect.ts';

/** The name others demand of an answer's schema, where a format gives it none. */
export const namelessAnswer = 'answer';

/**
 * For formats that have words for none of these. That calls come one at a time cannot be asked there; a tool that wants
 * it so can still run them one by one.
 */
export function warnOfMissing({ options, tools = [] }: ChatRequest, warn: Warn): void {
  const { metadata, user, cache, parallel_tool_calls: parallel, output } = options;
  if (metadata !== undefined) warn('metadata');
  if (user !== undefined) warn('user');
  if (cache !== undefined) warn('cache');
  if (parallel === false && tools.length > 0) warn('parallel_tool_calls');
  if (tools.some(tool => tool.strict)) warn('tools.strict');
  if (output?.type === 'json_schema' && output.name !== namelessAnswer) warn('output.name');
}
