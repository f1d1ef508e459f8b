import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { makePdf } from '../renderer/make-pdf.ts';
import { dropFile, test } from './parley-server.ts';
import { addScriptedBackend, askedOf, chooseModel } from './scripted-backend.ts';

const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const attached = (page: Page) => page.getByRole('list', { name: 'Attached files' });
const send = (page: Page) => page.getByRole('button', { name: 'Send' }).click();

async function attach(page: Page, name: string, mimeType: string, bytes: Uint8Array): Promise<void> {
  await page
    .getByRole('form', { name: 'Composer' })
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType, buffer: Buffer.from(bytes) });
}

async function paste(page: Page, text: string): Promise<void> {
  await message(page).evaluate((area, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('a PDF goes out as it is, or as its text to a model that does not read PDFs', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot scholar');
  await attach(page, 'report.pdf', 'application/pdf', makePdf(['Yearly report.', 'All is well.']));
  await expect(attached(page).getByRole('listitem')).toContainText(/report\.pdf.*2 pages/);
  await message(page).fill('What does it say?');
  // What was not sent yet is still there when the page is opened again.
  await page.reload();
  await expect(message(page)).toHaveValue('What does it say?');
  await expect(attached(page).getByRole('listitem')).toContainText(/report\.pdf.*2 pages/);
  await expect(page.getByLabel('Model', { exact: true })).toContainText('parrot scholar');
  await send(page);
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  await expect(attached(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Open report.pdf' }).click();
  await expect(page.getByRole('dialog', { name: 'report.pdf' })).toContainText('Yearly report.');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(attached(page)).toHaveCount(0);

  await chooseModel(page, 'parrot');
  await attach(page, 'second.pdf', 'application/pdf', makePdf(['Another one.']));
  await expect(page.getByText('parrot does not read PDFs: it gets their text.')).toBeVisible();
  await message(page).fill('And this?');
  await send(page);
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(page.getByRole('article').last()).toHaveAttribute('aria-busy', 'false');

  const [first, second] = askedOf(upstream).map(({ messages }) => JSON.stringify(messages));
  expect(first).toContain('data:application/pdf;base64,');
  expect(first).not.toContain('Yearly report.');
  expect(second).not.toContain('base64');
  // The whole chat goes to the new model, so the first PDF does too.
  expect(second).toContain('<file name=\\"report.pdf\\">\\nYearly report.\\n\\nAll is well.\\n</file>');
  expect(second).toContain('<file name=\\"second.pdf\\">\\nAnother one.');
  await upstream.close();
});

test('text files go out as text with their name; images are said not to be read', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot');
  await dropFile(page, 'main.rs', 'fn main() {}');
  await expect(attached(page).getByRole('listitem')).toContainText(/main\.rs\s*12 B/);
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  );
  await attach(page, 'dot.png', 'image/png', png);
  await expect(page.getByText('parrot does not read images.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove dot.png' }).click();
  await expect(page.getByText('does not read images')).toBeHidden();
  await send(page);
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  const [asked] = askedOf(upstream);
  expect(JSON.stringify(asked?.['messages'])).toContain('<file name=\\"main.rs\\">\\nfn main() {}\\n</file>');
  await upstream.close();
});

test('what cannot be attached says why', async ({ page, server }) => {
  await page.goto(server.ui);
  const refusals: [string, string, Uint8Array, string][] = [
    ['locked.pdf', 'application/pdf', makePdf(['x'], true), 'locked.pdf is locked with a password'],
    ['broken.pdf', 'application/pdf', Buffer.from('%PDF-1.4 and no more'), 'broken.pdf is broken'],
    ['a.zip', 'application/zip', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'a.zip is neither text'],
    ['empty.txt', 'text/plain', Buffer.alloc(0), 'empty.txt is empty'],
    ['huge.txt', 'text/plain', Buffer.alloc(2_200_000, 'x'), 'huge.txt is larger than 2 MB'],
  ];
  for (const [name, type, bytes, sentence] of refusals) {
    await attach(page, name, type, bytes);
    await expect(page.getByText(sentence)).toBeVisible();
  }
  await expect(attached(page)).toHaveCount(0);
});

test('a long paste becomes a file, and one click puts it back', async ({ page, server }) => {
  await page.goto(server.ui);
  await message(page).fill('Before. ');
  await paste(page, 'Short.');
  await expect(attached(page)).toHaveCount(0);
  const long = `${'Lorem ipsum dolor sit amet. '.repeat(200)}The end.`;
  await paste(page, long);
  await expect(attached(page).getByRole('listitem')).toContainText('Pasted text.txt');
  await expect(message(page)).toHaveValue('Before. ');
  await page.getByRole('button', { name: 'Put back into the message' }).click();
  await expect(message(page)).toHaveValue(`Before. ${long}`);
  await expect(attached(page)).toHaveCount(0);
});

test('the meter estimates, and warns when the context is nearly full', async ({ page, server }) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot');
  const meter = page.locator('[data-token-meter]');
  await expect(meter).toHaveCount(0);
  await message(page).fill('x'.repeat(400));
  await expect(meter).toHaveText('about 100 of 1K tokens');
  await message(page).fill('x'.repeat(3_600));
  await expect(meter).toContainText('nearly full');
  await message(page).fill('x'.repeat(8_000));
  await expect(meter).toContainText('likely too long');
  await chooseModel(page, 'parrot plain');
  await expect(meter).toHaveText('about 2K tokens');
  await upstream.close();
});

test('@ picks a model, by keyboard alone', async ({ page, server }) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot plain');
  await message(page).focus();
  await page.keyboard.type('Dear @schol');
  const option = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
  await expect(option).toHaveText(/parrot scholar/);
  await expect(message(page)).toHaveAttribute(
    'aria-activedescendant',
    (await option.getAttribute('id')) ?? '',
  );
  await page.keyboard.press('Escape');
  await expect(option).toHaveCount(0);
  await page.keyboard.type('a');
  await expect(option).toHaveCount(0);
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Dear @');
  await expect(option).toHaveCount(3);
  await page.keyboard.type('schol');
  await expect(option).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(message(page)).toHaveValue('Dear ');
  await expect(page.getByLabel('Model', { exact: true })).toContainText('parrot scholar');
  await page.keyboard.type('friend');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  expect(askedOf(upstream)).toMatchObject([{ model: 'parrot-scholar' }]);
  await upstream.close();
});

test('Enter can be made to break lines, with Mod+Enter to send', async ({ page, server }) => {
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Conversations' }).click();
  await page.getByRole('radio', { name: /⌘\+Enter sends/ }).check();
  await page.reload();
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await message(page).focus();
  await page.keyboard.type('One');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Two');
  await expect(message(page)).toHaveValue('One\nTwo');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  await expect(message(page)).toHaveValue('');
});

test('arrow-up in an empty composer opens the last message for editing', async ({ page, server }) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot plain');
  await message(page).fill('First words.');
  await send(page);
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  await message(page).fill('x');
  await message(page).press('ArrowUp');
  await expect(page.locator('[data-thread-scroll] textarea')).toHaveCount(0);
  await message(page).fill('');
  await message(page).press('ArrowUp');
  await expect(page.locator('[data-thread-scroll] textarea')).toHaveValue('First words.');
  await upstream.close();
});

test('axe finds nothing in the lists of models and suggestions, or in the settings of a chat', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  const problems = async (): Promise<string[]> =>
    (await new AxeBuilder({ page }).analyze()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
  await page.goto(server.ui);
  await chooseModel(page, 'parrot plain');
  await dropFile(page, 'main.rs', 'fn main() {}');
  await message(page).fill('Dear @');
  await expect(page.getByRole('option').first()).toBeVisible();
  expect(await problems()).toEqual([]);
  await message(page).press('Escape');
  await page.getByLabel('Model', { exact: true }).click();
  await expect(page.getByRole('option').first()).toBeVisible();
  expect(await problems()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Chat settings' }).click();
  await page.getByRole('dialog').getByLabel('Temperature').fill('7');
  expect(await problems()).toEqual([]);
  await upstream.close();
});
