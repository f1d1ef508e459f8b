import { createRequire } from 'node:module';
import { join } from 'node:path';

import type BetterSqlite3 from 'better-sqlite3';

import type { Block } from '../../electron/contract/message.ts';

// A CommonJS package with a binary: loaded past the test runner's own transformation.
const Database = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;

export type FilledMessage = {
  role: 'user' | 'assistant';
  content: Block[] | string;
  /** Position of the message this one answers; the one before it unless told otherwise. */
  parent?: number;
};

/** Writes a chat straight into the store of a running Parley; returns the ids of its messages. */
export function fillChat(dataDir: string, chatId: string, messages: readonly FilledMessage[]): string[] {
  const database = new Database(join(dataDir, 'parley.db'));
  const ids = messages.map((_, index) => `${chatId}-${String(index)}`);
  const time = (index: number): string => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
  try {
    const insertChat = database.prepare(
      'INSERT INTO chats (id, title, model, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
    );
    const insert = database.prepare(
      `INSERT INTO messages (id, chat_id, parent_id, role, content, status, finish_reason, model, usage, created_at)
       VALUES (?, ?, ?, ?, ?, 'complete', ?, ?, ?, ?)`,
    );
    database.transaction(() => {
      insertChat.run(chatId, `Filled ${chatId}`, null, time(0), time(messages.length));
      for (const [index, { role, content, parent = index - 1 }] of messages.entries()) {
        const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
        const isAnswer = role === 'assistant';
        const text = JSON.stringify(blocks);
        insert.run(
          ids[index],
          chatId,
          ids[parent] ?? null,
          role,
          text,
          isAnswer ? 'stop' : null,
          isAnswer ? 'eliza/eliza' : null,
          isAnswer ? JSON.stringify({ input_tokens: 20, output_tokens: Math.ceil(text.length / 4) }) : null,
          time(index),
        );
      }
      database.prepare('UPDATE chats SET leaf_id = ? WHERE id = ?').run(ids.at(-1), chatId);
    })();
  } finally {
    database.close();
  }
  return ids;
}

/** Questions and answers in turn, each naming its position; lengths differ as they do in life. */
export function longChat(count: number): FilledMessage[] {
  return Array.from({ length: count }, (_, index): FilledMessage => {
    if (index % 2 === 0)
      return { role: 'user', content: `Question ${String(index)}: how does part ${String(index)} work?` };
    const paragraphs = Array.from(
      { length: 1 + (index % 5) },
      (_, part) =>
        `Part ${String(part)} of **answer ${String(index)}**. It explains at some length what happens when the reader scrolls, and why nothing should jump while they do.`,
    );
    const code =
      index % 7 === 0 ? `\n\n\`\`\`ts\nconst answer = ${String(index)};\nconsole.log(answer);\n\`\`\`` : '';
    return { role: 'assistant', content: paragraphs.join('\n\n') + code };
  });
}
