/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { ask, readLedger, test } from './parley-server.ts';
import { addScriptedBackend, chooseModel } from './scripted-backend.ts';

const settings = 'gateway: { require_key: false }\n# mine\n';
const yamlOf = (server: { dataDir: string }) => readFileSync(join(server.dataDir, 'parley.yaml'), 'utf8');

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Usage' }).click();
  await page.getByRole('tab', { name }).click();
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)])).toEqual([]);
}

test('a budget warns, refuses in the chat and at the gateway with its way out, and lets go once raised', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server, { more: settings });
  await page.goto(server.ui);
  await openTab(page, 'Budgets');
  await expect(page.getByText('No budget yet')).toBeVisible();
  await page.getByRole('button', { name: 'Add budget' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'For' }).selectOption({ label: 'parrot' });
  await dialog.getByRole('textbox', { name: 'Amount' }).fill('nothing');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('an amount above 0');
  // A call of the parrot costs 0.000013.
  await dialog.getByRole('textbox', { name: 'Amount' }).fill('0.00001');
  await dialog.getByRole('checkbox', { name: /^Refuse calls/ }).check();
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('meter', { name: 'Backend parrot' })).toHaveAttribute('aria-valuenow', '0');
  expect(yamlOf(server)).toContain('budgets:');
  expect(yamlOf(server)).toContain('# mine');

  await page.getByRole('navigation').getByRole('link', { name: 'Chat' }).click();
  await chooseModel(page, 'parrot');
  await ask(page, 'Hello');
  const toast = page.getByRole('listitem').filter({ hasText: 'The budget for parrot is used up' });
  await expect(toast).toContainText('Calls are refused until next month');
  const way = 'raise it or switch its stop off under Usage → Budgets';
  expect(await ask(page, 'Again')).toContain(way);
  const question = { model: 'parrot/parrot', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
  const refused = await page.request.post(`${server.url}/v1/chat/completions`, { data: question });
  expect(refused.status()).toBe(429);
  expect(((await refused.json()) as { error: { message: string } }).error.message).toContain(way);
  const asked = upstream.requests.filter(({ method }) => method === 'POST').length;
  expect(asked).toBe(1);
  await expect
    .poll(() => readLedger(server.dataDir).map(({ error_code: code }) => code))
    .toEqual([null, 'budget_spent', 'budget_spent']);

  await toast.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByText('Used up: calls are refused until')).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Edit the budget: Backend parrot' }).click();
  await page.getByRole('textbox', { name: 'Amount' }).fill('5');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('of $5.00 this month')).toBeVisible();
  const after = await page.request.post(`${server.url}/v1/chat/completions`, { data: question });
  expect(after.status()).toBe(200);
  await page.getByRole('button', { name: 'Remove the budget: Backend parrot' }).click();
  await expect(page.getByText('No budget yet')).toBeVisible();

  await page.goto(`${server.ui}#/inspector`);
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Gateway' })).toHaveAttribute(
    'aria-current',
    'page',
  );
});

test('a price is corrected, past costs follow on request, and both stay', async ({ page, server }) => {
  await addScriptedBackend(server, { more: settings });
  await page.goto(server.ui);
  await chooseModel(page, 'parrot');
  await ask(page, 'Hello');
  await openTab(page, 'Prices');
  const row = page.getByRole('row', { name: /^parrot\/parrot\s/ });
  await expect(row).toContainText('Script');
  await expect(page.getByRole('row', { name: /parrot-plain/ })).toContainText('Unknown');
  await row.getByRole('button', { name: /^Correct/ }).click();
  await page.getByRole('textbox', { name: 'Input' }).fill('1000');
  await page.getByRole('textbox', { name: 'Output' }).fill('2000');
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Corrected');
  expect(yamlOf(server)).toContain('parrot/parrot: { input_cost: 1000, output_cost: 2000 }');
  await page.getByRole('button', { name: 'Recompute past costs…' }).click();
  const dialog = page.getByRole('dialog');
  // Seven tokens in, three out.
  await expect(dialog.getByRole('status')).toContainText('1 call changes: < $0.0001 → $0.0130.');
  await dialog.getByRole('button', { name: 'Recompute' }).click();
  await expect(page.getByText('The cost of 1 call was recomputed.')).toBeVisible();
  await expect
    .poll(() => readLedger(server.dataDir)[0])
    .toMatchObject({ cost_usd: 0.013, original_cost_usd: 0.000013 });

  await page.getByRole('tab', { name: 'Overview' }).click();
  const ledger = page.getByRole('table', { name: 'Ledger' });
  await expect(ledger.getByRole('row').nth(1)).toContainText('$0.0130');
  await ledger.getByRole('row').nth(1).getByRole('button').click();
  await expect(page.getByRole('dialog')).toContainText('At the time of the call');
  await expect(page.getByRole('dialog')).toContainText('"source":"script"');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('tab', { name: 'Prices' }).click();
  await row.getByRole('button', { name: /^Correct/ }).click();
  await page.getByRole('button', { name: 'Take the correction back' }).click();
  await expect(row).toContainText('Script');
});

test('the ledger is sorted by its columns, and leaves as Parquet', async ({ page, server }) => {
  await addScriptedBackend(server, { more: settings });
  await page.goto(server.ui);
  // Its prices are known once its models were listed.
  await chooseModel(page, 'parrot');
  for (const model of ['parrot-scholar', 'parrot-plain', 'parrot'])
    await page.request.post(`${server.url}/v1/chat/completions`, {
      data: { model: `parrot/${model}`, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    });
  await page.getByRole('navigation').getByRole('link', { name: 'Usage' }).click();
  const ledger = page.getByRole('table', { name: 'Ledger' });
  const models = async () =>
    Promise.all([1, 2, 3].map(index => ledger.getByRole('row').nth(index).innerText())).then(rows =>
      rows.map(text => /parrot\/[\w-]+/.exec(text)?.[0]),
    );
  await expect.poll(models).toEqual(['parrot/parrot', 'parrot/parrot-plain', 'parrot/parrot-scholar']);
  await ledger.getByRole('button', { name: 'Cost' }).click();
  await expect.poll(models).toEqual(['parrot/parrot-scholar', 'parrot/parrot', 'parrot/parrot-plain']);
  await ledger.getByRole('button', { name: 'Cost' }).click();
  // What is unknown comes last either way.
  await expect.poll(models).toEqual(['parrot/parrot', 'parrot/parrot-scholar', 'parrot/parrot-plain']);
  await expect(ledger.getByRole('columnheader', { name: 'Cost' })).toHaveAttribute('aria-sort', 'ascending');
  await ledger.getByRole('button', { name: 'Model' }).click();
  await expect.poll(models).toEqual(['parrot/parrot', 'parrot/parrot-plain', 'parrot/parrot-scholar']);
  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'As Parquet' }).click(),
  ]);
  const bytes = readFileSync(await file.path());
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
});
