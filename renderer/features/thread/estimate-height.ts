import type { ChatMessage } from '../../../electron/contract/chats.ts';

/** Pixels of a line of the reading size, and of what an answer has around its text. */
const line = 27;
const answerFrame = 110;
const questionFrame = 64;

/** About how high a message will be, so that the scrollbar of a chat nobody has scrolled through does not lie much. */
export function estimateHeight(message: ChatMessage): number {
  const lines = Math.ceil(textLength(message) / 72);
  return message.role === 'user'
    ? questionFrame + Math.max(1, lines) * line
    : answerFrame + lines * line * 1.15;
}

/**
 * Estimates that stay what they were: when an outline is loaded a better one would move everything below it, and only
 * what is measured keeps the reader's place.
 */
export function createEstimates(): (message: ChatMessage) => number {
  const known = new Map<string, number>();
  return message => {
    const height = known.get(message.id) ?? estimateHeight(message);
    known.set(message.id, height);
    return height;
  };
}

function textLength({ outline, content, usage, role }: ChatMessage): number {
  // Of an outline only the tokens of the answer are known; four characters are one.
  if (outline === true) return role === 'user' ? 150 : Math.min(6_000, (usage?.output_tokens ?? 150) * 4);
  return content.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0);
}
