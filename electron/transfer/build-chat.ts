import type { Block } from '../contract/message.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import { firstWords } from './read-json.ts';

/** An attachment whose bytes lie in the archive: the name of its file stands behind this, until it is imported. */
export const archiveScheme = 'archive:';

/** What a converter may ask of the archive its file came in: a file whose name has this in it. */
export type FindFile = (part: string) => string | undefined;

export type MessageParts = Pick<TransferMessage, 'id' | 'parent_id' | 'role' | 'content' | 'created_at'> &
  Partial<TransferMessage>;

export function buildMessage(parts: MessageParts): TransferMessage {
  return {
    status: 'complete',
    finish_reason: null,
    model: null,
    error: null,
    usage: null,
    call_id: null,
    private: null,
    ...parts,
  };
}

type ChatParts = Pick<TransferChat, 'id' | 'title' | 'messages'> & {
  leaf_id?: string | null | undefined;
  created_at: string | undefined;
  updated_at: string | undefined;
};

/** Fills in what is missing: a title from the first words, times from the messages, the last message as the leaf. */
export function buildChat(parts: ChatParts): TransferChat {
  const { id, messages } = parts;
  const created = parts.created_at ?? messages[0]?.created_at ?? new Date(0).toISOString();
  const leaf = messages.some(message => message.id === parts.leaf_id) ? parts.leaf_id : messages.at(-1)?.id;
  return {
    id,
    title: parts.title.trim() || titleOf(messages),
    model: null,
    leaf_id: leaf ?? null,
    created_at: created,
    updated_at: parts.updated_at ?? messages.at(-1)?.created_at ?? created,
    messages,
  };
}

function titleOf(messages: readonly TransferMessage[]): string {
  const asked = messages.find(({ role }) => role === 'user') ?? messages[0];
  return firstWords(textOfBlocks(asked?.content ?? []));
}

export function textOfBlocks(blocks: readonly Block[]): string {
  return blocks.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n\n');
}

export function textBlocks(text: string): Block[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}
