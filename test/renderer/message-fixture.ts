import type { ChatMessage } from '../../electron/contract/chats.ts';

/** A complete answer; override what the test is about. */
export function message(fields: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: 'm',
    chat_id: 'chat',
    parent_id: null,
    role: 'assistant',
    content: [{ type: 'text', text: 'An answer.' }],
    status: 'complete',
    finish_reason: 'stop',
    model: 'groq/llama',
    error: null,
    usage: null,
    call_id: null,
    private: null,
    created_at: '2026-01-01T00:00:00.000Z',
    ...fields,
  };
}
