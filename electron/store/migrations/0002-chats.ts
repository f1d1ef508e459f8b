/**
 * Chats and their trees of messages. The pairs (chat_id, id) let the foreign keys say that a parent, and the leaf a
 * chat shows, belong to the same chat. `seq` is the order of arrival, and a row number that stays for an index over
 * the text. parent_id does not cascade: a chain is longer than SQLite's limit of nested cascades (1000).
 * call_id is no foreign key: ledger rows are written later, and may be deleted sooner.
 */
export const chatsMigration = `
  CREATE TABLE chats (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    model TEXT,
    leaf_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT,
    FOREIGN KEY (id, leaf_id) REFERENCES messages (chat_id, id)
  );
  CREATE INDEX chats_by_update ON chats (updated_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX chats_deleted ON chats (deleted_at) WHERE deleted_at IS NOT NULL;

  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    parent_id TEXT,
    role TEXT NOT NULL,
    content TEXT NOT NULL,
    status TEXT NOT NULL,
    finish_reason TEXT,
    model TEXT,
    error TEXT,
    usage TEXT,
    call_id TEXT,
    private TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (chat_id, id),
    FOREIGN KEY (chat_id, parent_id) REFERENCES messages (chat_id, id)
  );
  CREATE INDEX messages_by_chat ON messages (chat_id, seq);
  CREATE INDEX messages_by_parent ON messages (chat_id, parent_id);
  CREATE INDEX messages_streaming ON messages (status) WHERE status = 'streaming';
`;
