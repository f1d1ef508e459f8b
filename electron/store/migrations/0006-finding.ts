/**
 * Finding chats and messages. Both indexes hold no text of their own: message_grams holds the runs of three characters,
 * message_words what is shorter (docs/decisions/0013 says why). Rows are numbered seq * 256 + piece, because a long text is
 * indexed in pieces. FTS5 does not merge by itself, which would take long now and then: keep-indexed.ts does it in idle
 * moments. search_queue names the messages whose index is not up to date: it is written in the transaction that
 * changes the message, so nothing is forgotten whenever the process ends. Text that still streams is not queued.
 */
export const findingMigration = `
  CREATE TABLE folders (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL
  );
  ALTER TABLE chats ADD COLUMN pinned_at TEXT;
  ALTER TABLE chats ADD COLUMN archived_at TEXT;
  ALTER TABLE chats ADD COLUMN folder_id TEXT REFERENCES folders (id) ON DELETE SET NULL;
  CREATE INDEX chats_by_folder ON chats (folder_id) WHERE folder_id IS NOT NULL;

  CREATE VIRTUAL TABLE message_grams USING fts5(
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  CREATE VIRTUAL TABLE message_words USING fts5(
    text, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '#+_'"
  );
  INSERT INTO message_grams (message_grams, rank) VALUES ('automerge', 0);
  INSERT INTO message_grams (message_grams, rank) VALUES ('crisismerge', 500);
  INSERT INTO message_words (message_words, rank) VALUES ('automerge', 0);
  INSERT INTO message_words (message_words, rank) VALUES ('crisismerge', 500);
  CREATE TABLE search_queue (
    seq INTEGER PRIMARY KEY,
    piece INTEGER NOT NULL DEFAULT 0
  );
  INSERT INTO search_queue (seq) SELECT seq FROM messages WHERE status <> 'streaming';

  CREATE TRIGGER messages_added AFTER INSERT ON messages WHEN new.status <> 'streaming' BEGIN
    INSERT OR REPLACE INTO search_queue (seq) VALUES (new.seq);
  END;
  CREATE TRIGGER messages_saved AFTER UPDATE OF content, status ON messages
    WHEN new.status <> 'streaming' AND (old.status = 'streaming' OR new.content IS NOT old.content)
  BEGIN
    INSERT OR REPLACE INTO search_queue (seq) VALUES (new.seq);
  END;
  CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
    INSERT OR REPLACE INTO search_queue (seq) VALUES (old.seq);
  END;
`;
