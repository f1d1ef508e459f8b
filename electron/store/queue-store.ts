import { z } from 'zod';

import { AppError } from '../contract/errors.ts';
import { type QueuedMessage, queuedMessageSchema } from '../contract/threads.ts';
import type { Database } from './load-sqlite.ts';

/** Messages that wait for an answer to end, first come first served. On disk, so that a restart loses none. */
export type QueueStore = {
  list(chatId: string): QueuedMessage[];
  get(id: string): QueuedMessage;
  add(message: QueuedMessage): void;
  change(id: string, changes: Partial<Pick<QueuedMessage, 'content' | 'is_held'>>): void;
  remove(id: string): void;
  /** Does `send` and takes the message out of the queue, both or neither. */
  take<T>(id: string, send: () => T): T;
};

const columns = Object.keys(queuedMessageSchema.shape).join(', ');

export function createQueueStore(db: Database): QueueStore {
  const selectAll = db.prepare(`SELECT ${columns} FROM queued_messages WHERE chat_id = ? ORDER BY seq`);
  const select = db.prepare(`SELECT ${columns} FROM queued_messages WHERE id = ?`);
  const insert = db.prepare(`
    INSERT INTO queued_messages (id, chat_id, content, models, is_held, created_at)
    VALUES (?, ?, ?, ?, ?, ?)`);
  const update = db.prepare('UPDATE queued_messages SET content = ?, is_held = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM queued_messages WHERE id = ?');

  const get = (id: string): QueuedMessage => {
    const row = select.get(id);
    if (row === undefined) throw new AppError('not_found', 'This message has left the queue already.');
    return rowSchema.parse(row);
  };

  return {
    list: chatId => selectAll.all(chatId).map(row => rowSchema.parse(row)),
    get,
    add({ id, chat_id: chatId, content, models, is_held: isHeld, created_at: createdAt }) {
      insert.run(id, chatId, JSON.stringify(content), JSON.stringify(models), Number(isHeld), createdAt);
    },
    change(id, changes) {
      const { content, is_held: isHeld } = { ...get(id), ...changes };
      update.run(JSON.stringify(content), Number(isHeld), id);
    },
    remove(id) {
      remove.run(id);
    },
    take: (id, send) =>
      db
        .transaction(() => {
          remove.run(id);
          return send();
        })
        .immediate(),
  };
}

const json = z.string().transform((text): unknown => JSON.parse(text));
const rowSchema = queuedMessageSchema.extend({
  content: json.pipe(queuedMessageSchema.shape.content),
  models: json.pipe(queuedMessageSchema.shape.models),
  is_held: z.number().transform(Boolean),
});
