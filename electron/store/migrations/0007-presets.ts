/**
 * Settings of chats, presets and prompt snippets. A chat's settings stand in a table of their own: most chats have none,
 * and a list of chats never reads them. preset_id is no foreign key: a chat keeps its copy when the preset goes.
 */
export const presetsMigration = `
  CREATE TABLE chat_settings (
    chat_id TEXT NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    preset_id TEXT,
    settings TEXT NOT NULL
  );
  CREATE TABLE presets (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    icon TEXT NOT NULL,
    model TEXT,
    settings TEXT NOT NULL,
    is_default INTEGER NOT NULL DEFAULT 0,
    deleted_at TEXT
  );
  CREATE UNIQUE INDEX presets_default ON presets (is_default) WHERE is_default = 1 AND deleted_at IS NULL;
  CREATE TABLE snippets (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    deleted_at TEXT
  );
`;
