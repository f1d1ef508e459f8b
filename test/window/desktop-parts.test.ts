import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished, test } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { menuLabels } from '../../electron/contract/menu-labels.ts';
import { toAccelerator } from '../../electron/window/accelerator.ts';
import { createAnswerNews } from '../../electron/window/answer-news.ts';
import { autostartFile } from '../../electron/window/autostart-file.ts';
import { createGlobalShortcut } from '../../electron/window/global-shortcut.ts';
import { readToldTexts, writeToldTexts } from '../../electron/window/told-texts.ts';

it.each([
  ['Mod+Shift+A', 'CommandOrControl+Shift+A'],
  ['Alt+Space', 'Alt+Space'],
  ['Mod+,', 'CommandOrControl+,'],
  ['Mod++', 'CommandOrControl+Plus'],
  ['Alt+ArrowUp', 'Alt+Up'],
  ['F9', 'F9'],
  ['Shift+F9', 'Shift+F9'],
  ['A', undefined],
  ['Shift+A', undefined],
  ['Escape', undefined],
  ['Mod+Ä', undefined],
  ['Mod+AudioVolumeUp', undefined],
  ['Hyper+A', undefined],
  ['Mod+', undefined],
  ['', undefined],
])('the key %s is %s to Electron', (shortcut, accelerator) => {
  expect(toAccelerator(shortcut)).toBe(accelerator);
});

test('a global key is given back when another one takes its place, and one that is taken is told of', () => {
  const held = new Map<string, () => void>();
  const registry = {
    register(key: string, press: () => void) {
      if (key === 'Alt+Tab') return false;
      held.set(key, press);
      return true;
    },
    unregister: (key: string) => void held.delete(key),
  };
  let pressed = 0;
  const shortcut = createGlobalShortcut(registry, 'linux', () => (pressed += 1));
  expect(shortcut.use('Mod+Shift+A')).toBeNull();
  held.get('CommandOrControl+Shift+A')?.();
  expect(pressed).toBe(1);
  expect(shortcut.use('Alt+Tab')).toMatch(/^Alt\+Tab is taken by another program[^.]*\.$/);
  expect([...held.keys()]).toEqual([]);
  // Asked for again it is not tried again.
  expect(shortcut.use('Alt+Tab')).toBe(shortcut.problem());
  expect(shortcut.use('Mod+Ä')).toContain('Ctrl+Ä cannot be used');
  expect(shortcut.use(null)).toBeNull();
  expect(shortcut.problem()).toBeNull();
});

test('an autostart entry survives any path', () => {
  const text = autostartFile('/opt/my "apps"/100% $HOME `x`\\parley', ['--at-login', 'a\nExec=rm']);
  expect(text.match(/^Exec=/gm)).toHaveLength(1);
  expect(text).toContain(
    'Exec="/opt/my \\\\"apps\\\\"/100%% \\\\$HOME \\\\`x\\\\`\\\\\\\\parley" "--at-login" "a Exec=rm"\n',
  );
});

test('what the page told is what the next start says; of a broken file nothing is taken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-told-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'desktop', 'menu.json');
  expect(readToldTexts(file)).toEqual({ labels: menuLabels, keys: {} });
  const told = { labels: { ...menuLabels, file: '&Datei' }, keys: { 'new-chat': 'Mod+N' } };
  writeToldTexts(file, told);
  expect(readToldTexts(file)).toEqual(told);
  writeFileSync(file, JSON.stringify({ labels: { file: 'Only this' }, keys: {} }));
  expect(readToldTexts(file).labels.file).toBe('&File');
});

function message(patch: Partial<ChatMessage>): ChatMessage {
  return {
    id: 'a',
    chat_id: 'c',
    parent_id: null,
    role: 'assistant',
    content: [{ type: 'text', text: 'It  is\nthere.' }],
    status: 'complete',
    finish_reason: null,
    model: 'eliza/eliza',
    error: null,
    usage: null,
    call_id: null,
    private: null,
    created_at: '2026-01-01T00:00:00Z',
    ...patch,
  };
}

test('an answer is told of once, when it ends by itself', () => {
  const news = createAnswerNews(() => menuLabels);
  // One that was only edited.
  expect(news(message({}))).toBeUndefined();
  expect(news(message({ status: 'streaming' }))).toBeUndefined();
  expect(news(message({ id: 'b', role: 'user' }))).toBeUndefined();
  expect(news(message({}))).toEqual({ title: 'The answer is there', body: 'It is there.' });
  expect(news(message({}))).toBeUndefined();

  news(message({ status: 'streaming' }));
  expect(news(message({ status: 'cancelled' }))).toBeUndefined();
  news(message({ status: 'streaming' }));
  const error = { code: 'http_error' as const, message: 'It is full.' };
  expect(news(message({ status: 'error', error }))).toEqual({
    title: 'The answer failed',
    body: 'It is full.',
  });
  news(message({ status: 'streaming' }));
  const long = [{ type: 'text' as const, text: 'word '.repeat(100) }];
  expect(news(message({ content: long }))?.body).toHaveLength(141);
});

test('of a temporary chat the system keeps no word', () => {
  const news = createAnswerNews(() => menuLabels);
  news(message({ status: 'streaming' }));
  expect(news(message({ chat_id: 'temporary-1' }))).toEqual({ title: 'The answer is there', body: '' });
});
