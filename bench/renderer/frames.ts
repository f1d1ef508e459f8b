/// <reference lib="dom" />
import type { Browser, Page } from '@playwright/test';

export type Smoothness = {
  frames: number;
  /** Frames that a steady 60 a second would have shown besides. */
  dropped: number;
  /** Milliseconds of each task over 50 ms, by the clock. */
  longTasks: number[];
};

export type Work = {
  /** Milliseconds the page's thread worked in each task over 50 ms: on a busy machine, this is the page's own doing. */
  longTasks: number[];
  /** Milliseconds the page's thread worked in all. */
  total: number;
};

/** Counts frames and long tasks of a page while something runs. */
export async function watchFrames(page: Page, run: () => Promise<void>): Promise<Smoothness> {
  await page.evaluate(startCounting);
  await run();
  const { times, long } = await page.evaluate(() => {
    // Put there by startCounting.
    const { seen } = window as unknown as { seen: { times: number[]; long: number[]; isOn: boolean } };
    seen.isOn = false;
    return { times: seen.times, long: seen.long };
  });
  return { frames: times.length, dropped: countDropped(times), longTasks: long };
}

/** What the page's thread works while something runs. Tracing costs frames, so it is a run of its own. */
export async function watchWork(browser: Browser, page: Page, run: () => Promise<void>): Promise<Work> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
  await run();
  const tasks = readTasks(await browser.stopTracing());
  return {
    longTasks: tasks.filter(duration => duration > 50).map(Math.round),
    total: tasks.reduce((sum, duration) => sum + duration, 0),
  };
}

export function droppedShare({ frames, dropped }: Smoothness): number {
  return dropped / Math.max(1, frames + dropped);
}

function startCounting(): void {
  const seen = { times: [] as number[], long: [] as number[], isOn: true };
  Object.assign(window, { seen });
  const observer = new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) seen.long.push(Math.round(duration));
  });
  observer.observe({ type: 'longtask' });
  const tick = (time: number): void => {
    seen.times.push(time);
    if (seen.isOn) requestAnimationFrame(tick);
    else observer.disconnect();
  };
  requestAnimationFrame(tick);
}

function countDropped(times: readonly number[]): number {
  const frameMs = 1000 / 60;
  return times
    .slice(1)
    .reduce(
      (sum, time, index) => sum + Math.max(0, Math.round((time - (times[index] ?? time)) / frameMs) - 1),
      0,
    );
}

type TraceEvent = {
  name: string;
  ph: string;
  tid: number;
  pid: number;
  tdur?: number;
  args?: { name?: string };
};

/** Milliseconds of thread time of each task of the page's main thread: the one that worked most. */
function readTasks(trace: Buffer): number[] {
  // Chromium's own format of traces.
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${String(pid)}/${String(tid)}`),
  );
  const byThread = new Map<string, number[]>();
  for (const { name, ph, pid, tid, tdur = 0 } of traceEvents) {
    const thread = `${String(pid)}/${String(tid)}`;
    if (name !== 'RunTask' || ph !== 'X' || !main.has(thread)) continue;
    byThread.set(thread, [...(byThread.get(thread) ?? []), tdur / 1000]);
  }
  const sum = (list: number[]): number => list.reduce((total, each) => total + each, 0);
  return [...byThread.values()].toSorted((a, b) => sum(b) - sum(a))[0] ?? [];
}
