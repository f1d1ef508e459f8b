import type { Block } from '../../../electron/contract/message.ts';

/** The text of a message as its author wrote it, without reasoning and tools. */
export function messageText({ content }: { content: readonly Block[] }): string {
  return content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n\n');
}
