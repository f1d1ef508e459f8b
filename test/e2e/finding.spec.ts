import { join } from 'node:path';
import { createRequire } from 'node:module';

import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import type BetterSqlite3 from 'better-sqlite3';

import { ask, test } from './parley-server.ts';

// A CommonJS package with a binary: loaded past the test runner's own transformation.
const Database = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;

type Turn = { ask: string; answer: string };

/** Chats as if they had been there for years, written past the app. */
function writeChats(
  dataDir: string,
  chats: { id: string; title: string; daysAgo: number; turns: Turn[] }[],
): void {
  const db = new Database(join(dataDir, 'parley.db'));
  const addChat = db.prepare(
    'INSERT INTO chats (id, title, model, created_at, updated_at) VALUES (@id, @title, NULL, @time, @time)',
  );
  const addMessage = db.prepare(
    `INSERT INTO messages (id, chat_id, parent_id, role, content, status, model, created_at)
     VALUES (@id, @chat, @parent, @role, @content, 'complete', NULL, @time)`,
  );
  const setLeaf = db.prepare('UPDATE chats SET leaf_id = ? WHERE id = ?');
  db.transaction(() => {
    for (const { id, title, daysAgo, turns } of chats) {
      const start = Date.now() - daysAgo * 86_400_000;
      addChat.run({ id, title, time: new Date(start).toISOString() });
      let parent: string | null = null;
      for (const [turn, texts] of turns.entries()) {
        for (const [role, text] of [
          ['user', texts.ask],
          ['assistant', texts.answer],
        ] as const) {
          const message = `${id}-${role}-${turn}`;
          const content = JSON.stringify([{ type: 'text', text }]);
          const time = new Date(start + turn * 1000 + (role === 'user' ? 0 : 500)).toISOString();
          addMessage.run({ id: message, chat: id, parent, role, content, time });
          parent = message;
        }
      }
      if (parent !== null) setLeaf.run(parent, id);
    }
  })();
  db.close();
}

const chats = (page: Page) => page.getByRole('list', { name: 'Chats' });
const palette = (page: Page) => page.getByRole('dialog', { name: 'Search and commands' });

/** By its key, once there is a page that hears it; what is typed before it is open goes elsewhere. */
async function openPalette(page: Page): Promise<void> {
  await expect(page.getByRole('navigation').first()).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(palette(page).getByRole('combobox')).toBeFocused();
}

async function choose(page: Page, title: string, action: string): Promise<void> {
  await chats(page).getByRole('listitem').filter({ hasText: title }).hover();
  await chats(page)
    .getByRole('button', { name: `Options for ${title}` })
    .click();
  await page.getByRole('menuitem', { name: action }).click();
}

const plain = (id: string, title: string, daysAgo: number) => ({ id, title, daysAgo, turns: [] });

test('chats are grouped by date, pinned, filed in folders and archived', async ({ page, server }) => {
  writeChats(server.dataDir, [
    plain('a', 'Lofoten', 0),
    plain('b', 'Rust lifetimes', 1),
    plain('c', 'Sourdough', 5),
    plain('d', 'Taxes', 20),
    plain('e', 'An old one', 800),
  ]);
  await page.goto(server.ui);
  const headings = chats(page).getByRole('heading');
  await expect(headings).toHaveCount(5);
  expect((await headings.allInnerTexts()).slice(0, 4)).toEqual([
    'Today',
    'Yesterday',
    'Last 7 days',
    'Last 30 days',
  ]);
  expect(await headings.nth(4).innerText()).toMatch(/^\w+ \d{4}$/);

  await choose(page, 'Taxes', 'Pin');
  await expect(headings.first()).toHaveText('Pinned');
  await expect(chats(page).getByRole('listitem').first()).toContainText('Taxes');

  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Travel');
  await page.getByRole('button', { name: 'Create' }).click();
  const folder = chats(page).getByRole('button', { name: /^Folder Travel/ });
  await expect(folder).toHaveAccessibleName('Folder Travel, 0 chats');
  await chats(page).getByRole('link', { name: 'Lofoten' }).dragTo(folder);
  await expect(folder).toHaveAccessibleName('Folder Travel, 1 chats');
  await choose(page, 'Sourdough', 'Move to folder…');
  await page.getByRole('radio', { name: 'Travel' }).check();
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(folder).toHaveAccessibleName('Folder Travel, 2 chats');
  await folder.click();
  await expect(chats(page).getByRole('link', { name: 'Lofoten' })).toHaveCount(0);
  await page.reload();
  await expect(folder).toHaveAttribute('aria-expanded', 'false');
  await folder.click();

  await choose(page, 'Rust lifetimes', 'Archive');
  await expect(chats(page).getByRole('link', { name: 'Rust lifetimes' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Archive (1)' }).click();
  await expect(chats(page).getByRole('listitem')).toHaveCount(1);
  await choose(page, 'Rust lifetimes', 'Bring back');
  await expect(chats(page).getByRole('listitem')).toHaveCount(5);

  await chats(page).getByRole('button', { name: 'Options for folder Travel' }).click();
  await page.getByRole('menuitem', { name: 'Delete folder' }).click();
  await expect(folder).toHaveCount(0);
  await expect(chats(page).getByRole('link', { name: 'Lofoten' })).toBeVisible();
  await expect(chats(page).getByRole('link')).toHaveCount(5);
});

test('ten thousand chats are a list of a few rows on the page', async ({ page, server }) => {
  writeChats(
    server.dataDir,
    Array.from({ length: 10_000 }, (_, index) => plain(`c${index}`, `Chat number ${index}`, index / 20)),
  );
  await page.goto(server.ui);
  await expect(chats(page).getByRole('link', { name: 'Chat number 0', exact: true })).toBeVisible();
  expect(await chats(page).getByRole('listitem').count()).toBeLessThan(80);
  await chats(page).evaluate(list => {
    if (list.parentElement) list.parentElement.scrollTop = list.scrollHeight;
  });
  await expect(chats(page).getByRole('link', { name: 'Chat number 9999' })).toBeVisible();

  await openPalette(page);
  await page.keyboard.type('number 4711');
  await expect(palette(page).getByRole('option', { name: 'Chat number 4711' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/chat\/c4711$/);
  await expect(chats(page).getByRole('link', { name: 'Chat number 4711' })).toBeInViewport();
});

test('the palette finds messages in any script and jumps to them', async ({ page, server }) => {
  const filler = Array.from({ length: 60 }, (_, index) => ({
    ask: `Question ${index}`,
    answer: `Some answer of no interest, number ${index}.\n\nWith a second paragraph.`,
  }));
  writeChats(server.dataDir, [
    {
      id: 'long',
      title: 'A long talk',
      daysAgo: 3,
      turns: [
        ...filler,
        { ask: 'What is ripgrep?', answer: 'Donaudampfschifffahrt with `createSearchIndex()`.' },
        ...filler,
      ],
    },
    {
      id: 'zh',
      title: 'Sky',
      daysAgo: 4,
      turns: [{ ask: '为什么天空是蓝色的？', answer: '因为瑞利散射。' }],
    },
  ]);
  await page.goto(server.ui);
  for (const [typed, excerpt] of [
    ['schifffahrt', 'Donaudampfschifffahrt'],
    ['SearchIndex(', 'createSearchIndex()'],
    ['天空', '为什么天空是蓝色的'],
    ['瑞', '因为瑞利散射'],
  ] as const) {
    await openPalette(page);
    await page.keyboard.type(typed);
    await expect(palette(page).getByRole('option').filter({ hasText: excerpt })).toHaveCount(1);
    await expect(palette(page).locator('mark')).toHaveText(typed, { ignoreCase: true });
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();
  }
  await openPalette(page);
  await page.keyboard.type('donaudampf');
  await palette(page).getByRole('option').filter({ hasText: 'Donaudampf' }).click();
  await expect(page).toHaveURL(/chat\/long$/);
  await expect(page.getByText('Donaudampfschifffahrt')).toBeInViewport();
});

test('the palette starts chats, runs commands and opens pages', async ({ page, server }) => {
  await page.goto(`${server.ui}#/usage`);
  await expect(page.getByRole('link', { name: 'Usage' })).toHaveAttribute('aria-current', 'page');
  await openPalette(page);
  await page.keyboard.type('eliza');
  await palette(page).getByRole('option', { name: /eliza/i }).first().click();
  await expect(page).toHaveURL(/#\/chat$/);
  await openPalette(page);
  await page.keyboard.type('api keys');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Providers' })).toBeVisible();
  await expect(palette(page)).toBeHidden();
  await openPalette(page);
  await page.keyboard.type('keyb shortc');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});

test('a deleted chat is not found, and is found again once restored', async ({ page, server }) => {
  await page.goto(server.ui);
  await ask(page, 'My hovercraft is full of eels.');
  await expect(chats(page).getByRole('listitem')).toHaveCount(1);
  await choose(page, 'My hovercraft is full of eels.', 'Delete');
  await expect(page.getByText('Deleted “My hovercraft')).toBeVisible();
  await page.getByRole('textbox', { name: 'Message' }).focus();
  await openPalette(page);
  await page.keyboard.type('hovercraft');
  await expect(palette(page).getByText('Nothing found.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('article')).toHaveCount(1);
  await openPalette(page);
  await page.keyboard.type('hovercraft');
  await expect(palette(page).locator('mark').first()).toHaveText('hovercraft');
});

test('find in a thread counts what is not on the page, and goes there', async ({ page, server }) => {
  const turns = Array.from({ length: 300 }, (_, index) => ({
    ask: `Question ${index}`,
    answer:
      index % 100 === 7 ? `Here is a **need**le, number ${index}.` : `Plain answer ${index}.\n\nAnd more.`,
  }));
  writeChats(server.dataDir, [{ id: 'long', title: 'Haystack', daysAgo: 0, turns: turns }]);
  await page.goto(`${server.ui}#/chat/long`);
  await expect(page.getByText('Plain answer 299.')).toBeVisible();
  await page.keyboard.press('Control+f');
  const bar = page.getByRole('search', { name: 'Find in this chat' });
  await page.keyboard.type('number');
  await expect(bar.getByRole('status')).toHaveText(/of 3$/);
  const seen = new Set<string>();
  for (let step = 0; step < 3; step += 1) {
    const at = (await bar.getByRole('status').innerText()).split(' ')[0] ?? '';
    seen.add(at);
    const number = { '1': 7, '2': 107, '3': 207 }[at];
    await expect(page.getByText(`number ${number}.`)).toBeInViewport();
    await expect(bar.getByRole('textbox')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(bar.getByRole('status')).not.toHaveText(`${at} of 3`);
  }
  expect(seen.size).toBe(3);
  const marked = () =>
    page.evaluate(() => [...(CSS.highlights.get('parley-find-current') ?? [])].map(String).join());
  await expect.poll(marked).toBe('number');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await expect.poll(() => page.evaluate(() => CSS.highlights.has('parley-find'))).toBe(false);
});
