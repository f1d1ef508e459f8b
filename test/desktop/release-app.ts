import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

import { chromium, expect } from '@playwright/test';
import type { Page } from '@playwright/test';

export type ReleaseApp = {
  page: Page;
  /** Ends it as the system does, and gives its exit code. */
  stop(): Promise<number | null>;
};

/**
 * Starts the app as people get it, without the fuse that lets Playwright drive Electron: its page is driven over the port
 * Chromium's developer tools use, as any browser's.
 */
export async function startRelease(
  file: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<ReleaseApp> {
  const child = spawn(file, ['--remote-debugging-port=0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  try {
    // Electron's browser refuses some of what Playwright sets at first.
    const browser = await chromium.connectOverCDP(await readAddress(child), { noDefaults: true });
    const pages = (): Page[] => browser.contexts().flatMap(context => context.pages());
    await expect.poll(() => pages().length).toBeGreaterThan(0);
    const [page] = pages();
    if (page === undefined) throw new Error('The page went away.');
    return { page, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readAddress({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('The app has no error output.');
  const lines = createInterface({ input: stderr });
  return new Promise((resolve, reject) => {
    // Read to the end: whoever writes on must not find a full pipe.
    lines.on('line', line => {
      const host = /DevTools listening on ws:\/\/([^/]+)/.exec(line)?.[1];
      if (host !== undefined) resolve(`http://${host}`);
    });
    lines.once('close', () => reject(new Error('The app ended before its page was there.')));
  });
}
