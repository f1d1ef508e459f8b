/**
 * How the page bears what the core sends: `npm run bench -- renderer`, after `npm run build`. Frames are counted beside an
 * empty page in the same browser and run: on a busy machine that one drops frames as well.
 */
/// <reference lib="dom" />
import { loadavg } from 'node:os';

import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';

import { findChromium } from '../scripts/find-chromium.ts';
import { startDesk } from './renderer/desk.ts';
import type { Desk } from './renderer/desk.ts';
import { droppedShare, watchFrames, watchWork } from './renderer/frames.ts';
import type { Smoothness } from './renderer/frames.ts';

const answersForHeap = Number(process.env['PARLEY_BENCH_ANSWERS'] ?? 100);
const desk = await startDesk([2, 500, 5000, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
const executablePath = findChromium();
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(desk.ui);
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  const empty = await measureEmpty(3000);
  row('an empty page', 'dropped frames', share(empty));
  await openChat(page, desk, 500);
  await measureAnswer(page, 1000, empty);
  await measureAnswer(page, 100, empty);
  await measureTenChats(page, empty);
  await measureOpening(page);
  await measureScrolling(page, empty);
  await measureHeap();
  console.log(`load of the machine over the last minute: ${(loadavg()[0] ?? 0).toFixed(1)}`);
} finally {
  await browser.close();
  await desk.close();
}

/** Something that moves, so that frames are wanted, and nothing else. */
async function measureEmpty(milliseconds: number): Promise<Smoothness> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.setContent('<p>Nothing</p>');
    return await watchFrames(page, () => page.waitForTimeout(milliseconds));
  } finally {
    await page.close();
  }
}

async function measureAnswer(page: Page, tokensPerSecond: number, empty: Smoothness): Promise<void> {
  desk.speed(tokensPerSecond);
  await ask(page); // warm: the first one compiles and loads
  const name = `2 000 tokens at ${String(tokensPerSecond)}/s into 500 messages`;
  await report(name, page, () => ask(page), empty);
}

/** Nine chats stream in the background, the tenth is watched. */
async function measureTenChats(page: Page, empty: Smoothness): Promise<void> {
  desk.speed(200);
  const others = [10, 11, 12, 13, 14, 15, 16, 17, 18].map(size => desk.chats[size] ?? '');
  const run = async (): Promise<void> => {
    await Promise.all(
      others.map(id =>
        page.evaluate(
          async ([chat_id, parent_id]) => {
            await fetch('call/messages.send', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ chat_id, parent_id, model: 'up/model', text: 'And now?' }),
            });
          },
          [id, null] as const,
        ),
      ),
    );
    await ask(page);
  };
  await report('ten chats at 200 tokens/s each', page, run, empty);
}

/** From the click on a chat to its last message in place, with nothing of it in the page's memory. */
async function measureOpening(page: Page): Promise<void> {
  const times: number[] = [];
  const work: number[] = [];
  const last = `${desk.chats[5000] ?? ''}-4999`;
  for (let turn = 0; turn < 18; turn += 1) {
    await openChat(page, desk, 2);
    await page.reload();
    const link = page.getByRole('list', { name: 'Chats' }).getByRole('link', { name: 'Chat of 5000' });
    await link.waitFor();
    await page.waitForTimeout(500);
    const open = (): Promise<number> => link.evaluate(clickAndWait, last);
    if (turn % 2 === 0) times.push(await open());
    else work.push((await watchWork(browser, page, async () => void (await open()))).total);
  }
  const middle = (list: number[]): string =>
    (list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0).toFixed(0);
  const name = 'opening a chat of 5 000 messages';
  row(name, 'median, worst (goal: < 300 ms)', `${middle(times)}, ${Math.max(...times).toFixed(0)} ms`);
  row(name, 'work of the page, median', `${middle(work)} ms`);
}

/** Runs in the page. Resolves with the milliseconds until the frame after the one that shows the last message. */
function clickAndWait(link: HTMLElement | SVGElement, last: string): Promise<number> {
  return new Promise(resolve => {
    const started = performance.now();
    const look = (): void => {
      const item = document.querySelector(`[data-message="${last}"] article`);
      const bottom = item?.getBoundingClientRect().bottom ?? 0;
      if (item && bottom > 0 && bottom <= innerHeight) {
        requestAnimationFrame(() => resolve(performance.now() - started));
      } else requestAnimationFrame(look);
    };
    link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    requestAnimationFrame(look);
  });
}

async function measureScrolling(page: Page, empty: Smoothness): Promise<void> {
  await openChat(page, desk, 5000);
  await page.mouse.move(800, 300);
  const run = async (): Promise<void> => {
    for (let step = 0; step < 120; step += 1) {
      await page.mouse.wheel(0, -240);
      await page.waitForTimeout(16);
    }
  };
  await report('scrolling back through 5 000 messages', page, run, empty);
}

async function measureHeap(): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(desk.ui);
  await openChat(page, desk, 500);
  desk.speed(1000);
  for (let warm = 0; warm < 5; warm += 1) await ask(page);
  const before = await usedHeap(page);
  desk.speed(8000);
  for (let asked = 0; asked < answersForHeap; asked += 1) await ask(page);
  // What is far from the reader is given back once the chat rests.
  await page.waitForTimeout(3_000);
  const after = await usedHeap(page);
  row(
    `heap after ${String(answersForHeap)} answers of 2 000 tokens`,
    'before, after (goal: ≤ 10 % more)',
    `${before.toFixed(1)}, ${after.toFixed(1)} MB (${((after / before - 1) * 100).toFixed(1)} %)`,
  );
}

async function usedHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  for (let round = 0; round < 3; round += 1) {
    await session.send('HeapProfiler.collectGarbage');
    await page.waitForTimeout(200);
  }
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1_000_000;
}

async function openChat(page: Page, { chats }: Desk, size: number): Promise<void> {
  await page.evaluate(id => {
    location.hash = `#/chat/${id}`;
  }, chats[size] ?? '');
  // Not a message by its id: those the bench has added since are named by the core, and may be all that is in view.
  await page.getByRole('heading', { name: `Chat of ${String(size)}`, exact: true, level: 1 }).waitFor();
  await page.locator('[data-message] article').last().waitFor();
}

/** Sends a question and waits for the whole answer; the page tells, since looking again and again would be work for it. */
async function ask(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill('Tell me more.');
  const answered = page.evaluate(() => {
    const newest = (): Element | undefined => [...document.querySelectorAll('[data-message] article')].at(-1);
    const before = newest()?.closest('[data-message]')?.getAttribute('data-message');
    return new Promise<void>(resolve => {
      const observer = new MutationObserver(() => {
        const answer = newest();
        // By its id: a fast answer may be whole when the page first shows it, and then is never busy.
        const id = answer?.closest('[data-message]')?.getAttribute('data-message');
        if (id === before || answer?.getAttribute('aria-busy') !== 'false') return;
        observer.disconnect();
        resolve();
      });
      observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['aria-busy'] });
    });
  });
  await page.getByRole('button', { name: 'Send' }).click();
  await answered;
}

/** Three runs for the frames, and one for the work. */
async function report(name: string, page: Page, run: () => Promise<void>, empty: Smoothness): Promise<void> {
  const seen = [
    await watchFrames(page, run),
    await watchFrames(page, run),
    await watchFrames(page, run),
  ].toSorted((a, b) => droppedShare(a) - droppedShare(b));
  const work = await watchWork(browser, page, run);
  const list = (tasks: number[]): string => (tasks.length === 0 ? 'none' : `${tasks.join(', ')} ms`);
  const longTasks = seen.flatMap(run => run.longTasks);
  row(
    name,
    'tasks over 50 ms (goal: none)',
    `${list(work.longTasks)} of work, ${list(longTasks)} by the clock`,
  );
  row(name, 'dropped frames (goal: ≤ 2 % more)', `${seen.map(share).join(', ')}, empty ${share(empty)}`);
  row(name, 'work of the page', `${work.total.toFixed(0)} ms`);
}

function share(seen: Smoothness): string {
  return `${(droppedShare(seen) * 100).toFixed(1)} % of ${String(seen.frames + seen.dropped)}`;
}

function row(name: string, what: string, value: string): void {
  console.log(name.padEnd(42), what.padEnd(36), value);
}
