import { expect, test } from 'vitest';

import type { ChatSettings } from '../../electron/contract/chat-settings.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { catchError, openTestStore } from './test-store.ts';

const Sqlite = loadSqlite();

const settings: ChatSettings = {
  instructions: 'Antworte knapp. 简短回答。',
  temperature: 0.2,
  max_tokens: 500,
  reasoning_effort: 'low',
  stop: ['END'],
  extra: { top_k: 3, nested: { a: [1, null] } },
};
const preset = { name: 'Editor', icon: '✎', model: 'groq/llama', settings };

test('a chat without settings has none, and keeps what it is given', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  expect(store.presets.settingsOf(chat.id)).toEqual({ preset_id: null, settings: {} });
  store.presets.setSettings(chat.id, { preset_id: 'p', settings });
  store.presets.setSettings(chat.id, { preset_id: null, settings });
  const other = openStore({ file: store.file });
  expect(other.presets.settingsOf(chat.id)).toEqual({ preset_id: null, settings });
  other.close();
});

test('settings of a chat that is gone are refused, and go with it for good', () => {
  let time = new Date('2026-01-01T00:00:00Z');
  const store = openTestStore({ now: () => time });
  const chat = store.chats.create({ model: null });
  store.presets.setSettings(chat.id, { preset_id: null, settings });
  store.chats.delete(chat.id);
  const set = () => store.presets.setSettings(chat.id, { preset_id: null, settings: {} });
  expect(catchError(set).code).toBe('not_found');
  time = new Date('2026-06-01T00:00:00Z');
  store.recover();
  expect(store.presets.settingsOf(chat.id).settings).toEqual({});
});

test('presets are added, listed by name, changed, deleted and brought back', () => {
  const store = openTestStore();
  const editor = store.presets.savePreset(preset);
  const coder = store.presets.savePreset({ ...preset, name: 'coder', model: null });
  expect(store.presets.listPresets()).toEqual([coder, editor]);
  expect(editor).toEqual({ ...preset, id: editor.id, is_default: false });
  const changed = store.presets.savePreset({ ...preset, id: editor.id, name: 'Lector', settings: {} });
  expect(store.presets.listPresets()).toEqual([coder, changed]);
  store.presets.deletePreset(coder.id);
  expect(store.presets.listPresets()).toEqual([changed]);
  expect(store.presets.restorePreset(coder.id)).toEqual(coder);
  for (const use of [
    () => store.presets.savePreset({ ...preset, id: 'nothing' }),
    () => store.presets.deletePreset('nothing'),
    () => store.presets.restorePreset('nothing'),
    () => store.presets.setDefaultPreset('nothing'),
  ]) {
    expect(catchError(use).code).toBe('not_found');
  }
});

test('one preset at most is the default; one that comes back never takes it from another', () => {
  const store = openTestStore();
  const [first, second] = [store.presets.savePreset(preset), store.presets.savePreset(preset)];
  const defaults = () => store.presets.listPresets().flatMap(each => (each.is_default ? [each.id] : []));
  store.presets.setDefaultPreset(first.id);
  store.presets.deletePreset(first.id);
  expect(store.presets.restorePreset(first.id).is_default).toBe(true);
  store.presets.deletePreset(first.id);
  store.presets.setDefaultPreset(second.id);
  store.presets.restorePreset(first.id);
  expect(defaults()).toEqual([second.id]);
  store.presets.setDefaultPreset(null);
  expect(defaults()).toEqual([]);
});

test('snippets are added, changed, deleted and brought back', () => {
  const store = openTestStore();
  const snippet = store.presets.saveSnippet({ name: 'translate', text: 'Translate {{text}}' });
  const changed = store.presets.saveSnippet({ ...snippet, text: 'Übersetze {{text}}' });
  expect(store.presets.listSnippets()).toEqual([changed]);
  store.presets.deleteSnippet(snippet.id);
  expect(store.presets.listSnippets()).toEqual([]);
  expect(store.presets.restoreSnippet(snippet.id)).toEqual(changed);
  expect(catchError(() => store.presets.deleteSnippet('nothing')).code).toBe('not_found');
});

test('deleted presets and snippets are removed for good after a month', () => {
  let time = new Date('2026-01-01T00:00:00Z');
  const store = openTestStore({ now: () => time });
  const { id } = store.presets.savePreset(preset);
  store.presets.deletePreset(id);
  time = new Date('2026-03-01T00:00:00Z');
  store.recover();
  expect(catchError(() => store.presets.restorePreset(id)).code).toBe('not_found');
});

test('settings that were damaged by hand are one clear error', () => {
  const store = openTestStore();
  store.presets.savePreset(preset);
  const db = new Sqlite(store.file);
  for (const damaged of ['{"temp', '{"temperature":"hot"}']) {
    db.prepare('UPDATE presets SET settings = ?').run(damaged);
    expect(catchError(() => store.presets.listPresets()).code).toBe('database_unusable');
  }
  db.close();
});
