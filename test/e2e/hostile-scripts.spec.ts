import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { attacksOn } from '../engine/lua/attacks.ts';
import { dropFile, send, test } from './parley-server.ts';

/** Of this machine, of Parley's code, or of what runs it. */
const inside = /root:x:|node:internal|\.ts:\d+|file:\/\/|wasm|\bat .*:\d+:\d+/;

// Everything the suite of the sandbox knows, dropped on the window: each either is refused with a sentence, or was held within
// its limits and is shown for review. Nothing of it is written, and the page goes on as if it had not been there.
for (const [subject, attacks] of Object.entries(attacksOn)) {
  test(`attacks on ${subject} end at the page's door`, async ({ page, server }) => {
    test.setTimeout(240_000);
    await page.goto(server.ui);
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    for (const [name, body] of attacks) {
      await dropFile(
        page,
        'attack.lua',
        `local function attack() ${body}\nend\nattack()\nreturn { dialect = "openai_completions", base_url = "https://a.example" }`,
      );
      const refused = page.getByRole('alertdialog', { name: 'attack.lua was refused' });
      const sheet = page.getByRole('dialog', { name: 'Import attack.lua?' });
      await expect(refused.or(sheet), name).toBeVisible({ timeout: 20_000 });
      expect(await refused.or(sheet).innerText(), name).not.toMatch(inside);
      await page.keyboard.press('Escape');
      await expect(refused.or(sheet), name).toBeHidden();
    }
    expect(existsSync(join(server.dataDir, 'providers/attack.lua'))).toBe(false);
    const settings = join(server.dataDir, 'parley.yaml');
    if (existsSync(settings)) expect(readFileSync(settings, 'utf8')).not.toContain('attack');
    await send(page, 'Are you still there?');
    await expect(page.getByRole('article', { name: /eliza/ })).toContainText('still there');
  });
}
