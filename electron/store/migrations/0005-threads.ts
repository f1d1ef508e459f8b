/**
 * What a thread needs beside its tree.
 * deleted_messages holds subtrees as JSON, out of the way of everything that reads messages, until they are purged.
 * chat_calls says which calls a chat has paid for: it outlives a deleted answer, and a copy of an answer in another
 * chat costs nothing (the first chat that names a call keeps it).
 */
export const threadsMigration = `
  ALTER TABLE messages ADD COLUMN group_id TEXT;
  ALTER TABLE messages ADD COLUMN replaces_id TEXT;
  ALTER TABLE messages ADD COLUMN edited_at TEXT;
  CREATE INDEX messages_by_group ON messages (chat_id, group_id) WHERE group_id IS NOT NULL;

  CREATE TABLE deleted_messages (
    id TEXT NOT NULL PRIMARY KEY,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    leaf_id TEXT,
    messages TEXT NOT NULL,
    deleted_at TEXT NOT NULL
  );
  CREATE INDEX deleted_messages_by_chat ON deleted_messages (chat_id);

  CREATE TABLE chat_calls (
    call_id TEXT NOT NULL PRIMARY KEY,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE
  ) WITHOUT ROWID;
  CREATE INDEX chat_calls_by_chat ON chat_calls (chat_id);
  INSERT OR IGNORE INTO chat_calls (call_id, chat_id)
    SELECT call_id, chat_id FROM messages WHERE call_id IS NOT NULL ORDER BY seq;
  CREATE TRIGGER chat_calls_of_new_message AFTER INSERT ON messages WHEN new.call_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO chat_calls (call_id, chat_id) VALUES (new.call_id, new.chat_id);
  END;
  CREATE TRIGGER chat_calls_of_answer AFTER UPDATE OF call_id ON messages
    WHEN new.call_id IS NOT NULL AND new.call_id IS NOT old.call_id BEGIN
    INSERT OR IGNORE INTO chat_calls (call_id, chat_id) VALUES (new.call_id, new.chat_id);
  END;

  CREATE TABLE queued_messages (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    models TEXT NOT NULL,
    is_held INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
  );
  CREATE INDEX queued_messages_by_chat ON queued_messages (chat_id, seq);
`;
