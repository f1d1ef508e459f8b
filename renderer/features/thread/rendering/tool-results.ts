import { createContext } from 'react';

import type { ChatMessage } from '../../../../electron/contract/chats.ts';
import type { ToolResultBlock } from '../../../../electron/contract/message.ts';

/** Results of the tool calls of a thread, by the call's id. */
export const ToolResultsContext = createContext<ReadonlyMap<string, ToolResultBlock>>(new Map());

export function readToolResults(messages: readonly ChatMessage[]): Map<string, ToolResultBlock> {
  const results = new Map<string, ToolResultBlock>();
  for (const { content } of messages) {
    for (const block of content) if (block.type === 'tool_result') results.set(block.tool_use_id, block);
  }
  return results;
}

/** A message that only brings results back: they stand on the cards of their calls, not in a bubble. */
export function isToolResultMessage({ role, content }: ChatMessage): boolean {
  return role === 'user' && content.length > 0 && content.every(({ type }) => type === 'tool_result');
}
