/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import type BetterSqlite3 from 'better-sqlite3';

import { ask, test } from './parley-server.ts';

const Database = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;

/** Calls of the last two days, newest first in the ledger: an hour apart in tens. */
function fillLedger(dataDir: string, count: number): void {
  const db = new Database(join(dataDir, 'parley.db'));
  const insert =
    db.prepare(`INSERT INTO call_rows (id, started_at, client, backend, model_asked, status, error_code,
    input_tokens, output_tokens, tokens_origin, cost_usd, first_token_ms, duration_ms, attempts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`);
  const end = Date.now() - 60_000;
  db.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const isError = index % 20 === 3;
      insert.run(
        `call${String(index).padStart(6, '0')}`,
        new Date(end - index * 30_000).toISOString(),
        index % 2 === 0 ? 'claude-code' : 'zed',
        index % 3 === 0 ? 'groq' : 'anthropic',
        index % 3 === 0 ? 'groq/llama-3.3-70b' : 'anthropic/claude-sonnet',
        isError ? 'error' : 'ok',
        isError ? 'rate_limited' : null,
        isError ? null : 1000,
        isError ? null : 100,
        index % 5 === 0 ? 'estimated' : 'reported',
        isError || index % 10 === 4 ? null : 0.01,
        isError ? null : 300,
        1300,
      );
    }
  })();
  db.close();
}

async function openUsage(page: Page, ui: string): Promise<void> {
  await page.goto(ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Usage' }).click();
  await expect(page.getByRole('region', { name: 'Over time' })).toBeVisible();
}

const ledgerOf = (page: Page) => page.getByRole('table', { name: 'Ledger' });
const sumOf = (page: Page) => page.getByRole('status').filter({ hasText: 'tokens in' });

test('the dashboard adds up a period, and says what it does not know', async ({ page, server }) => {
  fillLedger(server.dataDir, 1000);
  await openUsage(page, server.ui);
  const totals = page.locator('dl').first();
  // 50 of 1000 failed, 100 have no price: 850 cost a cent each.
  await expect(totals).toContainText('$8.50');
  await expect(totals).toContainText('+ 100 calls of unknown cost');
  await expect(totals).toContainText('950,000 / 95,000');
  await expect(totals).toContainText('100 tokens per second');
  await totals.getByRole('button', { name: '50 errors' }).click();
  await expect(sumOf(page)).toContainText('50 calls · $0');
  await expect(ledgerOf(page).getByRole('row').nth(1)).toContainText('error');
});

test('a part of the dashboard opens its calls', async ({ page, server }) => {
  fillLedger(server.dataDir, 600);
  await openUsage(page, server.ui);
  await page.getByRole('button', { name: /^anthropic\/claude-sonnet/ }).click();
  await expect(sumOf(page)).toContainText('400 calls');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(sumOf(page)).toContainText('600 calls');

  await page.getByRole('button', { name: 'Today' }).click();
  const bars = page.getByRole('region', { name: 'Over time' }).getByRole('listitem').getByRole('button');
  // Hours have a time; until they are there the bars are still days.
  await expect(bars.last()).toHaveAttribute('aria-label', /\d:\d\d/);
  const label = (await bars.last().getAttribute('aria-label')) ?? '';
  const calls = /(\d+) calls?$/.exec(label)?.[1];
  expect(calls).toBeDefined();
  await bars.last().click();
  await expect(sumOf(page)).toContainText(`${calls} call`);
  await page.getByRole('button', { name: /^Remove filter/ }).click();
  await expect(page.getByRole('button', { name: /^Remove filter/ })).toHaveCount(0);
});

test('a chart is a table for whoever asks', async ({ page, server }) => {
  fillLedger(server.dataDir, 300);
  await openUsage(page, server.ui);
  const byModel = page.getByRole('region', { name: 'By', exact: true });
  await byModel.getByRole('button', { name: 'Table' }).click();
  const row = byModel.getByRole('row', { name: /llama/ });
  await expect(row.getByRole('cell').nth(4)).toHaveText('100');
  await byModel.getByRole('button', { name: 'Client' }).click();
  await expect(byModel.getByRole('row', { name: /zed/ }).getByRole('cell').nth(4)).toHaveText('150');
});

test('a long ledger keeps few rows on the page, and reads on as somebody scrolls', async ({
  page,
  server,
}) => {
  fillLedger(server.dataDir, 2000);
  await openUsage(page, server.ui);
  const ledger = ledgerOf(page);
  await expect(ledger).toHaveAttribute('aria-rowcount', '2001');
  const scroller = page.getByRole('region', { name: 'Ledger' }).filter({ has: ledger }).last();
  const lastIndex = async (): Promise<number> =>
    Number(await ledger.getByRole('row').last().getAttribute('aria-rowindex'));
  await expect
    .poll(async () => {
      await scroller.evaluate(element => element.scrollTo(0, element.scrollHeight));
      return lastIndex();
    })
    .toBe(2001);
  expect(await ledger.getByRole('row').count()).toBeLessThan(100);
  await ledger.getByRole('button', { name: 'Time' }).click();
  await expect(ledger.getByRole('columnheader', { name: 'Time' })).toHaveAttribute('aria-sort', 'ascending');
});

test('the ledger is searched and filtered, and leaves as CSV and JSON', async ({ page, server }) => {
  fillLedger(server.dataDir, 900);
  await openUsage(page, server.ui);
  await page.getByRole('searchbox', { name: 'Search' }).fill('LLAMA');
  await expect(sumOf(page)).toContainText('300 calls');
  await page.getByRole('combobox', { name: 'Client' }).selectOption('zed');
  await expect(sumOf(page)).toContainText('150 calls');
  for (const [format, read] of [
    ['CSV', (text: string) => text.trim().split('\r\n').length - 1],
    [
      'JSON',
      (text: string) => (JSON.parse(text) as { client: string }[]).filter(row => row.client === 'zed').length,
    ],
  ] as const) {
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: `As ${format}` }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^parley-ledger-.*\.(csv|json)$/);
    expect(read(readFileSync(await file.path(), 'utf8'))).toBe(150);
  }
});

test('a row tells all, and leads to its chat and the inspector', async ({ page, server }) => {
  await page.goto(server.ui);
  await ask(page, 'I am sad.');
  await page.getByRole('navigation').getByRole('link', { name: 'Usage' }).click();
  await ledgerOf(page).getByRole('row').nth(1).getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('eliza');
  await expect(dialog.getByRole('link', { name: 'Inspect' })).toHaveAttribute('href', /#\/inspector\/.+/);
  await dialog.getByRole('link', { name: 'Show in chat' }).click();
  await expect(page.getByRole('article').first()).toContainText('sorry to hear');
});

test('chosen columns are kept; all that has ever been can be deleted', async ({ page, server }) => {
  fillLedger(server.dataDir, 50);
  await openUsage(page, server.ui);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Backend' }).uncheck();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.reload();
  await expect(ledgerOf(page).getByRole('columnheader', { name: 'Client' })).toBeVisible();
  await expect(ledgerOf(page).getByRole('columnheader', { name: 'Backend' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Keep and delete' }).click();
  await page.getByRole('combobox', { name: 'Keep calls' }).selectOption('90');
  await page.getByRole('button', { name: 'Delete all…' }).click();
  await page.getByRole('button', { name: 'Delete all calls and sums' }).click();
  await expect(page.getByText('No call yet')).toBeVisible();
  await page.getByRole('button', { name: 'Keep and delete' }).click();
  await expect(page.getByRole('combobox', { name: 'Keep calls' })).toHaveValue('90');
});

test('a full ledger is in nobody’s way and nothing scrolls sideways', async ({ page, server }) => {
  // Two widths, and axe reads every square of the year; of the other colours looks.spec.ts takes care.
  test.slow();
  await page.emulateMedia({ colorScheme: 'dark' });
  fillLedger(server.dataDir, 1000);
  for (const width of [1280, 800]) {
    await page.setViewportSize({ width, height: 800 });
    await openUsage(page, server.ui);
    await expect(ledgerOf(page).getByRole('row').nth(1)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const tooWide = await page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter(
          element =>
            element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'auto',
        )
        .map(element => element.className),
    );
    expect(tooWide).toEqual([]);
  }
});
