/// <reference lib="dom" />
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { Block } from '../../electron/contract/message.ts';
import { sseText, textChunks } from '../support/scripted-upstream.ts';
import { fillChat } from './fill-chat.ts';
import { send, test } from './parley-server.ts';
import type { ParleyServer } from './parley-server.ts';
import { addScriptedBackend, chooseModel } from './scripted-backend.ts';

async function show(page: Page, server: ParleyServer, content: string | Block[]): Promise<void> {
  fillChat(server.dataDir, 'shown', [
    { role: 'user', content: 'Show me.' },
    { role: 'assistant', content },
  ]);
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Filled shown' }).click();
  await expect(page.getByRole('article')).toBeVisible();
}

test('formulas are set, prices are not', async ({ page, server }) => {
  await show(
    page,
    server,
    'Roots of $ax^2 = 0$ and \\(b_1\\) cost $5 and $6.\n\n\\[ e^{i\\pi}\n\n+ 1 = 0 \\]\n\nBroken: $\\frac{1$ stays.',
  );
  const article = page.getByRole('article');
  await expect(article.locator('.katex-display')).toHaveCount(1);
  await expect(article.locator('.katex')).toHaveCount(3);
  await expect(article.locator('.katex-error')).toHaveText('\\frac{1');
  await expect(article).toContainText('cost $5 and $6.');
  const font = await article
    .locator('.katex .mathnormal')
    .first()
    .evaluate(element => getComputedStyle(element).fontFamily);
  expect(font).toContain('KaTeX');
  expect(await page.evaluate(() => document.fonts.check('16px KaTeX_Math'))).toBe(true);
});

test('a diagram is drawn, follows the theme, shows its source, and cannot run anything', async ({
  page,
  server,
}) => {
  const fence = '```';
  await show(
    page,
    server,
    `${fence}mermaid\n%%{init: {"securityLevel": "loose"}}%%\nflowchart LR\n  A[Reader] --> B["<img src=x onerror=alert(1)>"]\n  click A "javascript:alert(1)"\n${fence}\n\nAnd a wrong one:\n\n${fence}mermaid\nflowchart LR\n  A[[[ -->\n${fence}`,
  );
  const drawing = page.getByRole('img', { name: /^Diagram drawn from/ });
  await expect(drawing).toBeVisible();
  const light = await drawing.getAttribute('src');
  expect(light).toMatch(/^data:image\/svg\+xml,/);
  expect(await drawing.evaluate(image => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(50);
  await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'));
  await expect.poll(() => drawing.getAttribute('src')).not.toBe(light);
  await page.getByRole('button', { name: 'Source', exact: true }).click();
  await expect(page.getByText('click A "javascript:alert(1)"')).toBeVisible();
  await expect(page.getByText('This diagram has a mistake')).toBeVisible();
  await expect(page.getByText('A[[[ -->')).toBeVisible();
});

test('a table scrolls in its own box and is copied as CSV and as Markdown', async ({
  page,
  server,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const wide = 'averyveryverylongwordthatcannotbreak'.repeat(4);
  const table = `| Name | Value, etc |\n|---|---:|\n| **a** | ${wide} |\n| =1+1 | 2 |`;
  await show(page, server, `Before.\n\n${table}\n\nAfter.`);
  const region = page.getByRole('region', { name: 'Table' });
  expect(await region.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)).toBe(true);
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await region.hover();
  await page.getByRole('button', { name: 'Copy table' }).click();
  await page.getByRole('menuitem', { name: 'Copy as CSV' }).click();
  await expect.poll(copied).toBe(`Name,"Value, etc"\r\na,${wide}\r\n'=1+1,2`);
  await page.getByRole('button', { name: 'Copy table' }).click();
  await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
  await expect.poll(copied).toBe(table);
});

test('long code folds and unfolds, and wraps', async ({ page, server }) => {
  const lines = Array.from({ length: 80 }, (_, line) => `const value${String(line)} = ${String(line)};`);
  await show(page, server, `\`\`\`ts\n${lines.join('\n')}\n\`\`\``);
  const code = page.locator('pre');
  const height = async (): Promise<number> => (await code.boundingBox())?.height ?? 0;
  const whole = await height();
  await page.getByRole('button', { name: 'Fold code', exact: true }).click();
  expect(await height()).toBeLessThan(whole / 2);
  await page.getByRole('button', { name: 'Show all 80 lines' }).click();
  expect(await height()).toBe(whole);
  await page.getByRole('button', { name: 'Wrap lines' }).click();
  await expect(code).toHaveCSS('white-space', 'pre-wrap');
});

test('a remote image is loaded by a click only, through the core', async ({ page, server }) => {
  const outside: string[] = [];
  page.on('request', request => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      outside.push(request.url());
  });
  const asked: unknown[] = [];
  await page.route('**/ui/call/images.fetch', async route => {
    asked.push(route.request().postDataJSON());
    const data =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await route.fulfill({ json: { ok: true, value: { media_type: 'image/png', data } } });
  });
  await show(page, server, '![A map](https://example.com/map.png)');
  await expect(page.getByText('Load image from example.com')).toBeVisible();
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: /Load image from example.com/ }).click();
  await expect(page.getByRole('img', { name: 'A map' })).toBeVisible();
  expect(asked).toEqual([{ url: 'https://example.com/map.png' }]);
  expect(outside).toEqual([]);
});

test('sources stand below the answer; an image on this network is refused with the reason', async ({
  page,
  server,
}) => {
  const citations = [{ url: 'https://www.one.test/a', title: 'The first' }, { url: 'javascript:alert(1)' }];
  await show(page, server, [{ type: 'text', text: `![Router](${server.url}/logo.png)`, citations }]);
  const sources = page.getByRole('region', { name: 'Sources' });
  await expect(sources.getByRole('listitem')).toHaveText(['1The firstone.test']);
  await expect(sources.getByRole('link')).toHaveAttribute('href', 'https://www.one.test/a');
  await page.getByRole('button', { name: /Load image/ }).click();
  await expect(page.getByRole('alert')).toContainText('is a machine of this network');
});

test('tool calls are cards with arguments and result; results have no bubble of their own', async ({
  page,
  server,
}) => {
  fillChat(server.dataDir, 'tools', [
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: [
        { type: 'tool_use', id: 'a', name: 'get_weather', input: { city: 'Berlin' } },
        { type: 'tool_use', id: 'b', name: 'read_file', input: { path: '/none' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '{"sky":"clear"}' }] },
        {
          type: 'tool_result',
          tool_use_id: 'b',
          is_error: true,
          content: [{ type: 'text', text: 'ENOENT' }],
        },
      ],
    },
    { role: 'assistant', content: 'Clear.' },
  ]);
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Filled tools' }).click();
  const weather = page.getByRole('region', { name: 'Tool call get_weather' });
  await expect(weather).toContainText('Done');
  await weather.getByRole('button', { name: /get_weather/ }).click();
  await expect(weather).toContainText('"city": "Berlin"');
  await expect(weather).toContainText('"sky": "clear"');
  const file = page.getByRole('region', { name: 'Tool call read_file' });
  await expect(file).toContainText('Failed');
  await expect(file).toContainText('ENOENT');
  await expect(page.getByRole('region', { name: 'Your message' })).toHaveCount(1);
});

test('footnotes lead to their notes and back, without changing the address', async ({ page, server }) => {
  await show(page, server, 'A claim.[^x]\n\nMore text.\n\n[^x]: Its *source*.');
  const address = page.url();
  await page.getByRole('button', { name: 'Footnote 1' }).click();
  await expect(page.getByRole('region', { name: 'Footnotes' }).getByRole('listitem')).toBeFocused();
  await page.getByRole('button', { name: 'Back to reference 1' }).click();
  await expect(page.getByRole('button', { name: 'Footnote 1' })).toBeFocused();
  expect(page.url()).toBe(address);
});

test('reasoning is open while it streams, folds when the text begins, and keeps its duration', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  let goOn: () => void = () => {};
  const waiting = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const piece = (delta: Record<string, string>): Record<string, unknown> => ({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: null }],
  });
  upstream.answer = async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sseText([piece({ reasoning_content: 'First I **weigh** it.' })], false));
    await waiting;
    response.write(sseText([piece({ reasoning_content: ' Then I decide.' })], false));
    response.end(sseText(textChunks(['The answer is 42.'])));
  };
  await page.goto(server.ui);
  await chooseModel(page, 'parrot');
  await send(page, 'Think.');
  const article = page.getByRole('article');
  await expect(article.locator('strong')).toHaveText('weigh');
  await page.waitForTimeout(1_200);
  goOn();
  await expect(article).toContainText('The answer is 42.');
  await expect(article).toHaveAttribute('aria-busy', 'false');
  await expect(article.getByRole('button', { name: /^Thought for \d+ s$/ })).toHaveAttribute(
    'aria-expanded',
    'false',
  );
  await expect(article.locator('strong')).toHaveCount(0);
  await page.reload();
  await article.getByRole('button', { name: /^Thought for [1-9]\d* s$/ }).click();
  await expect(article).toContainText('Then I decide.');
  await upstream.close();
});

test('blocks that are finished stay the same elements while the answer streams on', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  let goOn: () => void = () => {};
  const waiting = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const begin =
    '# Title\n\nFirst paragraph[^1].\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst a = 1;\n```\n\nNext';
  upstream.answer = async (_request, response) => {
    const [first, second, ...rest] = textChunks([begin, ' one.\n\n[^1]: A note.\n\nThe end.']);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sseText([first ?? {}, second ?? {}], false));
    await waiting;
    response.end(sseText(rest));
  };
  await page.goto(server.ui);
  await chooseModel(page, 'parrot');
  await send(page, 'Write.');
  const article = page.getByRole('article');
  await expect(article.getByText('Next', { exact: true })).toBeVisible();
  for (const part of ['h1', 'table', 'pre']) {
    await article.locator(part).evaluate(element => element.setAttribute('data-same', ''));
  }
  goOn();
  await expect(article).toContainText('The end.');
  await expect(article).toHaveAttribute('aria-busy', 'false');
  await expect(article.locator('[data-same]')).toHaveCount(3);
  await expect(article.getByRole('region', { name: 'Footnotes' })).toContainText('A note.');
  await upstream.close();
});
