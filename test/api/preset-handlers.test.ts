import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { createEventHub } from '../../electron/api/event-hub.ts';
import { createPresetHandlers } from '../../electron/api/preset-handlers.ts';
import { openStore } from '../../electron/store/open-store.ts';

it('every change is told to all pages, and reading tells nobody anything', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-presets-'));
  const store = openStore({ file: join(dir, 'parley.db') });
  onTestFinished(() => {
    store.close();
    rmSync(dir, { recursive: true });
  });
  const told: string[] = [];
  const hub = createEventHub(error => {
    throw error;
  });
  hub.on(({ name }) => told.push(name));
  const handlers = createPresetHandlers(store.presets, hub);
  const chat = store.chats.create({ model: null });

  const preset = await handlers['presets.save']({ name: 'A', icon: '', model: null, settings: {} });
  const snippet = await handlers['snippets.save']({ name: 'b', text: 'B' });
  await handlers['settings.set']({ chat_id: chat.id, preset_id: preset.id, settings: { temperature: 1 } });
  await handlers['presets.set_default']({ id: preset.id });
  await handlers['presets.delete']({ id: preset.id });
  await handlers['presets.restore']({ id: preset.id });
  await handlers['snippets.delete']({ id: snippet.id });
  await handlers['snippets.restore']({ id: snippet.id });
  expect(told).toEqual(Array.from({ length: 8 }, () => 'presets.changed'));

  expect(await handlers['presets.list']({})).toEqual([{ ...preset, is_default: true }]);
  expect(await handlers['snippets.list']({})).toEqual([snippet]);
  expect(await handlers['settings.get']({ chat_id: chat.id })).toEqual({
    preset_id: preset.id,
    settings: { temperature: 1 },
  });
  expect(told).toHaveLength(8);
});

it('settings of a temporary chat never reach the disk', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-presets-'));
  const file = join(dir, 'parley.db');
  const [store, other] = [openStore({ file }), openStore({ file })];
  onTestFinished(() => {
    store.close();
    other.close();
    rmSync(dir, { recursive: true });
  });
  const chosen = { preset_id: null, settings: { instructions: 'Secret.' } };
  store.presets.setSettings('temporary-1', chosen);
  expect(store.presets.settingsOf('temporary-1')).toEqual(chosen);
  expect(other.presets.settingsOf('temporary-1').settings).toEqual({});
});
