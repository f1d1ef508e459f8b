import type { ApiOutput } from '../../../electron/contract/api.ts';
import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { Outlines } from '../../../electron/contract/outlines.ts';

/** Every message of a chat that was opened, in the order they were added; those that did not come whole are outlines. */
export function expandOutlines({
  chat,
  messages,
  outlines,
}: Pick<ApiOutput<'chats.get'>, 'chat' | 'messages' | 'outlines'>): ChatMessage[] {
  if (!outlines) return messages;
  const whole = new Map(messages.map(message => [message.id, message]));
  return outlines.ids.map((id, place) => whole.get(id) ?? outlineAt(outlines, place, chat.id));
}

function outlineAt(outlines: Outlines, place: number, chatId: string): ChatMessage {
  const { ids, parents, created, authors, models, tokens, statuses, groups, replaced } = outlines;
  const author = authors[place] ?? -1;
  const outline: ChatMessage = {
    id: ids[place] ?? '',
    chat_id: chatId,
    parent_id: ids[parents[place] ?? -1] ?? null,
    role: author === -1 ? 'user' : 'assistant',
    content: [],
    status: statuses[place] ?? 'complete',
    finish_reason: null,
    model: models[author] ?? null,
    error: null,
    usage: author === -1 ? null : { output_tokens: tokens[place] ?? 0 },
    call_id: null,
    private: null,
    created_at: created[place] ?? '',
    outline: true,
  };
  const group = groups[place];
  if (group !== undefined) outline.group_id = group;
  const before = replaced[place];
  if (before !== undefined) outline.replaces_id = before;
  return outline;
}
