/// <reference lib="dom" />
import { expect } from '@playwright/test';

import { test } from './parley-server.ts';

test('what is typed right after the palette’s key goes into its field, and the focus comes back', async ({
  page,
  server,
}) => {
  await page.goto(server.ui);
  const message = page.getByRole('textbox', { name: 'Message' });
  const field = page.getByRole('dialog', { name: 'Search and commands' }).getByRole('combobox');
  await message.fill('Half a thought');
  // Within the very event: no moment is left in which a letter could go elsewhere.
  const focused = await page.evaluate(() => {
    const key = { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true, cancelable: true };
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', key));
    return document.activeElement?.getAttribute('role');
  });
  expect(focused).toBe('combobox');
  await page.keyboard.type('set');
  await expect(field).toHaveValue('set');
  for (let round = 0; round < 4; round += 1) {
    await page.keyboard.press('Escape');
    await expect(field).toBeHidden();
    await expect(message).toBeFocused();
    await expect(message).toHaveValue('Half a thought');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('settings');
    await expect(field).toHaveValue('settings');
  }
});
