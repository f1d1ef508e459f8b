/// <reference lib="dom" />
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { fillChat, longChat } from './fill-chat.ts';
import { send, test } from './parley-server.ts';
import type { ParleyServer } from './parley-server.ts';

async function openLong(page: Page, server: ParleyServer, count = 5000): Promise<string[]> {
  const ids = fillChat(server.dataDir, 'long', longChat(count));
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Filled long' }).click();
  return ids;
}

const scroller = (page: Page) => page.locator('[data-thread-scroll]');
const fromEnd = (page: Page): Promise<number> =>
  scroller(page).evaluate(
    ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight,
  );

test('a chat of 5 000 messages opens at its end with a screenful on the page', async ({ page, server }) => {
  await openLong(page, server);
  await expect(page.getByText('answer 4999').first()).toBeVisible();
  await expect.poll(() => fromEnd(page)).toBeLessThan(2);
  expect(await page.getByRole('article').count()).toBeLessThan(20);
  const last = page.locator('[data-message="long-4999"]');
  await expect(last).toHaveAttribute('aria-posinset', '5000');
  await expect(last).toHaveAttribute('aria-setsize', '5000');
});

test('older messages are loaded where the reader scrolls to', async ({ page, server }) => {
  await openLong(page, server);
  await expect(page.getByText('answer 4999').first()).toBeVisible();
  await scroller(page).evaluate(element => element.scrollTo({ top: 0 }));
  await expect(page.getByText('Question 0: how does part 0 work?')).toBeVisible();
  await scroller(page).evaluate(element => element.scrollTo({ top: element.scrollHeight / 2 }));
  await expect(page.getByText('Loading this message…')).toHaveCount(0);
  await expect(page.getByText(/^Question \d+: how does part/).first()).toBeVisible();
});

test('scrolling back through messages never measured keeps the reader’s place', async ({ page, server }) => {
  await openLong(page, server);
  await expect(page.getByText('answer 4999').first()).toBeVisible();
  await page.mouse.move(800, 300);
  for (let step = 0; step < 25; step += 1) {
    // A message that is in view before and after must have moved as far as the wheel did, and not further.
    const before = await page.evaluate(middlePosition);
    await page.mouse.wheel(0, -300);
    await expect.poll(() => page.evaluate(positionOf, before.id)).toBeGreaterThan(before.top + 250);
    await page.waitForTimeout(80);
    expect(await page.evaluate(positionOf, before.id)).toBeLessThan(before.top + 350);
  }
});

function middlePosition(): { id: string; top: number } {
  const items = [...document.querySelectorAll<HTMLElement>('[data-message]')];
  const shown = items.find(item => item.getBoundingClientRect().bottom > 200);
  return { id: shown?.dataset['message'] ?? '', top: shown?.getBoundingClientRect().top ?? 0 };
}

function positionOf(id: string): number {
  return document.querySelector(`[data-message="${id}"]`)?.getBoundingClientRect().top ?? -1;
}

test('a reader who scrolled up stays there while an answer streams, and has a way back', async ({
  page,
  server,
}) => {
  await openLong(page, server, 200);
  await expect(page.getByText('answer 199').first()).toBeVisible();
  await send(page, 'Tell me a long story.');
  const streaming = page.locator('article[aria-busy="true"]');
  await expect(streaming).toBeVisible();
  await expect.poll(async () => (await streaming.innerText()).length).toBeGreaterThan(200);
  expect(await fromEnd(page)).toBeLessThan(60);
  await page.mouse.move(800, 300);
  await page.mouse.wheel(0, -900);
  const back = page.getByRole('button', { name: 'Jump to latest' });
  await expect(back).toBeVisible();
  const place = await page.evaluate(middlePosition);
  await page.waitForTimeout(1_000);
  expect(Math.abs((await page.evaluate(positionOf, place.id)) - place.top)).toBeLessThan(3);
  await back.click();
  await expect.poll(() => fromEnd(page)).toBeLessThan(2);
  await expect(back).toBeHidden();
});

test('a selection survives being scrolled out of sight', async ({ page, server }) => {
  await openLong(page, server);
  const text = page.getByText('Question 4998: how does part 4998 work?');
  await text.selectText();
  await page.mouse.move(800, 300);
  for (let step = 0; step < 12; step += 1) await page.mouse.wheel(0, -600);
  await expect(page.getByText('Question 4998: how does part 4998 work?')).not.toBeInViewport();
  expect(await page.evaluate(() => String(document.getSelection()))).toContain('Question 4998');
});

test('what was read long ago is given back, and loaded again for a reader who returns', async ({
  page,
  server,
}) => {
  const asked: string[] = [];
  page.on('request', request => {
    if (request.url().endsWith('/messages.load')) asked.push(request.postData() ?? '');
  });
  await openLong(page, server, 1000);
  await expect(page.getByText('answer 999').first()).toBeVisible();
  const goTo = async (share: number, loads: number): Promise<void> => {
    await scroller(page).evaluate((element, part) => {
      element.scrollTo({ top: part * (element.scrollHeight - element.clientHeight) });
    }, share);
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(loads);
    await expect(page.getByText('Loading this message…')).toHaveCount(0);
  };
  await goTo(0, 1);
  for (const share of [0.25, 0.5, 0.75]) await goTo(share, asked.length + 1);
  const before = asked.length;
  // Once the reader has rested at the end, the beginning has to be asked for again.
  await goTo(1, before);
  await page.waitForTimeout(3_000);
  await goTo(0, before + 1);
  await expect(page.getByText('Question 0: how does part 0 work?')).toBeVisible();
  expect(asked.slice(before).join(' ')).toContain('"long-0"');
  expect(asked.slice(0, before).join(' ')).toContain('"long-0"');
});
