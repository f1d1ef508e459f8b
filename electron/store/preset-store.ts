import { z } from 'zod';

import {
  type ChosenSettings,
  type Preset,
  type Snippet,
  chatSettingsSchema,
  chosenSettingsSchema,
  presetSchema,
  snippetSchema,
} from '../contract/chat-settings.ts';
import { AppError } from '../contract/errors.ts';
import { isTemporary } from '../contract/temporary-chat.ts';
import type { Database } from './load-sqlite.ts';
import { newId } from '../contract/new-id.ts';

/** Settings of chats, presets and snippets. What is saved is on disk when the method returns. */
export type PresetStore = {
  /** A chat's own settings; empty where none were ever set, or the chat is gone. */
  settingsOf(chatId: string): ChosenSettings;
  setSettings(chatId: string, chosen: ChosenSettings): ChosenSettings;
  /** By name. */
  listPresets(): Preset[];
  /** Adds one, or overwrites the one of this id. */
  savePreset(preset: Omit<Preset, 'id' | 'is_default'> & { id?: string | undefined }): Preset;
  /** Hides it; `restorePreset` brings it back until `purgeDeletedPresets` removes it. */
  deletePreset(id: string): void;
  restorePreset(id: string): Preset;
  setDefaultPreset(id: string | null): void;
  listSnippets(): Snippet[];
  saveSnippet(snippet: Omit<Snippet, 'id'> & { id?: string | undefined }): Snippet;
  deleteSnippet(id: string): void;
  restoreSnippet(id: string): Snippet;
};

const settingsText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});
const settings = settingsText.pipe(chatSettingsSchema);
const chosenRowSchema = chosenSettingsSchema.extend({ settings });
const presetRowSchema = presetSchema.extend({ settings, is_default: z.number().transform(Boolean) });

const nothingChosen: ChosenSettings = { preset_id: null, settings: {} };

export function createPresetStore(db: Database, now: () => Date): PresetStore {
  const sql = prepareStatements(db);
  const inTransaction = <T>(change: () => T): T => db.transaction(change).immediate();

  const readPreset = (id: string): Preset =>
    parseRow(presetRowSchema, found(sql.preset.get(id), 'preset', id));

  // Of temporary chats nothing reaches the disk.
  const passing = new Map<string, ChosenSettings>();
  const keepSettings = (chatId: string, chosen: ChosenSettings): void =>
    inTransaction(() => {
      found(sql.chat.get(chatId), 'chat', chatId);
      sql.setSettings.run(chatId, chosen.preset_id, JSON.stringify(chosen.settings));
    });

  return {
    settingsOf(chatId) {
      if (isTemporary(chatId)) return passing.get(chatId) ?? nothingChosen;
      const row = sql.settings.get(chatId);
      return row === undefined ? nothingChosen : parseRow(chosenRowSchema, row);
    },
    setSettings(chatId, chosen) {
      if (isTemporary(chatId)) passing.set(chatId, chosen);
      else keepSettings(chatId, chosen);
      return chosen;
    },
    listPresets: () => sql.presets.all().map(row => parseRow(presetRowSchema, row)),
    savePreset: ({ id, name, icon, model, settings: own }) =>
      inTransaction(() => {
        if (id !== undefined) readPreset(id);
        const row = { id: id ?? newId(), name, icon, model, settings: JSON.stringify(own) };
        sql.savePreset.run(row);
        return readPreset(row.id);
      }),
    deletePreset: id =>
      inTransaction(() => {
        readPreset(id);
        sql.deletePreset.run(now().toISOString(), id);
      }),
    restorePreset: id =>
      inTransaction(() => {
        sql.restorePreset.run(id);
        return readPreset(id);
      }),
    setDefaultPreset: id =>
      inTransaction(() => {
        sql.clearDefault.run();
        if (id === null) return;
        readPreset(id);
        sql.setDefault.run(id);
      }),
    ...snippetMethods(sql, inTransaction, now),
  };
}

type SnippetMethods = Extract<keyof PresetStore, `${string}Snippet${string}`>;

function snippetMethods(
  sql: ReturnType<typeof prepareStatements>,
  inTransaction: <T>(change: () => T) => T,
  now: () => Date,
): Pick<PresetStore, SnippetMethods> {
  const readSnippet = (id: string): Snippet =>
    parseRow(snippetSchema, found(sql.snippet.get(id), 'prompt', id));
  return {
    listSnippets: () => sql.snippets.all().map(row => parseRow(snippetSchema, row)),
    saveSnippet: ({ id, name, text }) =>
      inTransaction(() => {
        if (id !== undefined) readSnippet(id);
        const row = { id: id ?? newId(), name, text };
        sql.saveSnippet.run(row);
        return row;
      }),
    deleteSnippet: id =>
      inTransaction(() => {
        readSnippet(id);
        sql.deleteSnippet.run(now().toISOString(), id);
      }),
    restoreSnippet: id =>
      inTransaction(() => {
        sql.restoreSnippet.run(id);
        return readSnippet(id);
      }),
  };
}

/** Removes for good what was deleted before `time`. */
export function purgeDeletedPresets(db: Database, time: Date): void {
  for (const table of ['presets', 'snippets'])
    db.prepare(`DELETE FROM ${table} WHERE deleted_at < ?`).run(time.toISOString());
}

function prepareStatements(db: Database) {
  const preset = 'SELECT id, name, icon, model, settings, is_default FROM presets WHERE deleted_at IS NULL';
  const snippet = 'SELECT id, name, text FROM snippets WHERE deleted_at IS NULL';
  return {
    chat: db.prepare('SELECT 1 FROM chats WHERE id = ? AND deleted_at IS NULL'),
    settings: db.prepare('SELECT preset_id, settings FROM chat_settings WHERE chat_id = ?'),
    setSettings: db.prepare(
      `INSERT INTO chat_settings (chat_id, preset_id, settings) VALUES (?, ?, ?)
       ON CONFLICT (chat_id) DO UPDATE SET preset_id = excluded.preset_id, settings = excluded.settings`,
    ),
    presets: db.prepare(`${preset} ORDER BY name COLLATE NOCASE, id`),
    preset: db.prepare(`${preset} AND id = ?`),
    savePreset: db.prepare(
      `INSERT INTO presets (id, name, icon, model, settings) VALUES (@id, @name, @icon, @model, @settings)
       ON CONFLICT (id) DO UPDATE SET name = @name, icon = @icon, model = @model, settings = @settings`,
    ),
    deletePreset: db.prepare('UPDATE presets SET deleted_at = ? WHERE id = ?'),
    restorePreset: db.prepare('UPDATE presets SET deleted_at = NULL WHERE id = ?'),
    clearDefault: db.prepare('UPDATE presets SET is_default = 0 WHERE is_default = 1'),
    setDefault: db.prepare('UPDATE presets SET is_default = 1 WHERE id = ?'),
    snippets: db.prepare(`${snippet} ORDER BY name COLLATE NOCASE, id`),
    snippet: db.prepare(`${snippet} AND id = ?`),
    saveSnippet: db.prepare(
      `INSERT INTO snippets (id, name, text) VALUES (@id, @name, @text)
       ON CONFLICT (id) DO UPDATE SET name = @name, text = @text`,
    ),
    deleteSnippet: db.prepare('UPDATE snippets SET deleted_at = ? WHERE id = ?'),
    restoreSnippet: db.prepare('UPDATE snippets SET deleted_at = NULL WHERE id = ?'),
  };
}

function found(row: unknown, what: string, id: string): unknown {
  if (row !== undefined) return row;
  throw new AppError('not_found', `There is no ${what} ${id}; it may have been deleted.`);
}

function parseRow<T>(schema: z.ZodType<T>, row: unknown): T {
  const { data, error: problem } = schema.safeParse(row);
  if (problem === undefined) return data;
  throw new AppError(
    'database_unusable',
    `A row of the database cannot be read (${z.prettifyError(problem)}). Put a backup in its place.`,
    { cause: problem },
  );
}
