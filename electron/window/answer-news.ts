import type { ChatMessage } from '../contract/chats.ts';
import type { MenuLabels } from '../contract/menu-labels.ts';
import { isTemporary } from '../contract/temporary-chat.ts';

export type Told = { title: string; body: string };

/** What the system says of an answer; its first words tell which one it is. */
const shownLength = 140;

/** Follows the answers that run; says of one that ended what to tell, of all else nothing. */
export function createAnswerNews(labels: () => MenuLabels): (message: ChatMessage) => Told | undefined {
  const running = new Set<string>();
  return message => {
    if (message.role !== 'assistant') return undefined;
    if (message.status === 'streaming') {
      running.add(message.id);
      return undefined;
    }
    if (!running.delete(message.id)) return undefined;
    // Whoever stopped it knows.
    if (message.status === 'cancelled') return undefined;
    const { answer_ready, answer_failed } = labels();
    const title = message.status === 'complete' ? answer_ready : answer_failed;
    return { title, body: bodyOf(message) };
  };
}

function bodyOf(message: ChatMessage): string {
  // The system keeps what it shows; of a temporary chat nothing stays behind.
  if (isTemporary(message.chat_id)) return '';
  if (message.status !== 'complete') return message.error?.message ?? '';
  const text = message.content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join(' ');
  const words = text.replaceAll(/\s+/g, ' ').trim();
  return words.length > shownLength ? `${words.slice(0, shownLength)}…` : words;
}
