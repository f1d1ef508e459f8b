/// <reference lib="dom" />
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { Block } from '../../electron/contract/message.ts';
import { fillChat } from './fill-chat.ts';
import type { ParleyServer } from './parley-server.ts';
import { test } from './parley-server.ts';
import { addScriptedBackend } from './scripted-backend.ts';

/** Together they have both of all: what axe finds depends on colours or on room, never on both at once. */
const looks = [
  { colorScheme: 'light', density: 'comfortable', width: 1280 },
  { colorScheme: 'dark', density: 'compact', width: 800 },
] as const;

/** Each page by its address, and something that is there once it is whole. */
const addresses: [address: string, sign: string][] = [
  ['/chat', 'A new chat'],
  ['/chat/rich', 'The end of it.'],
  ['/chat/arabic', 'النهاية'],
  ['/providers', 'parrot'],
  ['/providers/models', 'parrot scholar'],
  ['/providers/studio/parrot', 'No problems'],
  ['/gateway', 'editor'],
  ['/gateway/connect', 'Claude Code'],
  ['/inspector', 'parrot/parrot'],
  ['/inspector/CALL', 'Answered'],
  ['/usage', 'Over time'],
  ['/usage/budgets', 'Backend parrot'],
  ['/usage/prices', 'parrot'],
  ['/settings/general', 'parley.yaml'],
  ['/settings/appearance', 'Right to left'],
  ['/settings/chat', 'New preset'],
  ['/settings/gateway', 'Gateway'],
  ['/settings/network', 'Proxy'],
  ['/settings/privacy', 'parley.db'],
  ['/settings/desktop', 'Desktop'],
  ['/settings/keyboard', 'Ctrl'],
  ['/settings/backup', 'Take a snapshot'],
  ['/settings/about', 'Parley'],
];

const fence = '```';
const rich = `## What a thread holds

A list of tasks, a table that is wide, and code:

- [x] read the contract
- [ ] answer the letter

| Model | Context | Input | Output | Remarks on it |
|:--|--:|--:|--:|:--|
| parrot | 1,000 | $1.00 | $2.00 | repeats what was said, word by word, without a thought |
| parrot-scholar | 200,000 | $3.00 | $15.00 | thinks first and reads pictures and documents |

${fence}ts
export function longestLine(text: string): string { return text.split('\\n').toSorted((one, other) => other.length - one.length)[0] ?? ''; }
${fence}

> A remark that is quoted[^1], with \`code\` in it and a [link](https://example.com).

$$\\int_0^1 x^2\\,dx = \\tfrac13$$

[^1]: And a note below.

The end of it.`;
const thinking: Block[] = [
  { type: 'thinking', text: 'The reader wants to see everything at once.', duration_ms: 4200 },
  { type: 'tool_use', id: 'call_1', name: 'read_file', input: { path: '/notes/today.md' } },
];
const result: Block[] = [
  { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'Nothing today.' }] },
];

function writeData(server: ParleyServer): void {
  fillChat(server.dataDir, 'rich', [
    { role: 'user', content: 'Show me everything.' },
    { role: 'assistant', content: thinking },
    { role: 'user', content: result },
    { role: 'assistant', content: rich },
  ]);
  fillChat(server.dataDir, 'arabic', [
    { role: 'user', content: 'كيف حالك اليوم؟' },
    {
      role: 'assistant',
      content: 'أنا بخير، شكرًا. هذا **نص** مع `code` ورقم 42.\n\n- أول\n- ثانٍ\n\nالنهاية',
    },
  ]);
}

async function askGateway(page: Page, { url }: ParleyServer): Promise<void> {
  for (const model of ['parrot/parrot', 'parrot/parrot-scholar', 'parrot/unknown'])
    await page.request.post(`${url}/v1/chat/completions`, {
      data: { model, stream: true, messages: [{ role: 'user', content: 'Hello, parrot.' }] },
    });
}

async function callApi<Value>(page: Page, name: string, input: unknown): Promise<Value> {
  const result = await page.evaluate(
    async ([name, input]) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`/ui/call/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(input),
      });
      return (await response.json()) as { ok: boolean; value: unknown };
    },
    [name, input] as const,
  );
  expect(result).toMatchObject({ ok: true });
  return result.value as Value; // as the contract has it for that name
}

async function wear(page: Page, { colorScheme, density, width }: (typeof looks)[number]): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(density => {
    localStorage.setItem('parley.density', density);
    dispatchEvent(new Event('parley-look'));
  }, density);
}

/** What axe finds, and whether the page scrolls sideways. What does not depend on the look is looked at in the first one. */
async function findProblems(page: Page, isFirst: boolean): Promise<string[]> {
  // Without frames there is nothing to gather in a page of its own, which would be opened each time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (!isFirst) axe.withRules(['color-contrast', 'target-size', 'scrollable-region-focusable']);
  const { violations } = await axe.analyze();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [
    ...(overflow > 0 ? [`${String(overflow)} px too wide`] : []),
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    ),
  ];
}

test('axe finds nothing on any page, light and dark, comfortable and compact, wide and narrow', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000);
  const upstream = await addScriptedBackend(server, {
    more: `  aliases: { clever: [parrot/parrot-scholar, gone/model] }\nbudgets: [{ backend: parrot, amount: 5 }]\ngateway: { require_key: false }\n`,
  });
  writeData(server);
  await page.goto(server.ui);
  await expect(page.getByRole('heading', { name: 'A new chat' })).toBeVisible();
  await callApi(page, 'gateway_keys.create', {
    name: 'editor',
    budget: { amount: 1, unit: 'usd', period: 'month' },
  });
  await askGateway(page, server);
  const calls = await callApi<{ id: string; status: string }[]>(page, 'inspector.list', {});
  const call = calls.find(({ status }) => status === 'ok')?.id ?? '';
  writeFileSync(join(server.dataDir, 'providers', 'broken.lua'), 'return {');

  for (const [address, sign] of addresses) {
    await page.evaluate(path => (location.hash = `#${path}`), address.replace('CALL', call));
    const main = page.locator('main');
    await expect(main.getByText(sign).filter({ visible: true }).first(), address).toBeVisible();
    await expect(page.getByText('Loading…')).toHaveCount(0);
    for (const [index, look] of looks.entries()) {
      await wear(page, look);
      const where = `${address} ${Object.values(look).join(' ')}`;
      expect.soft(await findProblems(page, index === 0), where).toEqual([]);
    }
    await wear(page, looks[0]);
  }
  await upstream.close();
});
