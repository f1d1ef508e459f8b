/// <reference lib="dom" />
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import type BetterSqlite3 from 'better-sqlite3';

const root = join(import.meta.dirname, '../..');
// A CommonJS package with a binary: loaded past the test runner's own transformation.
const Database = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;

export type ParleyServer = {
  url: string;
  /** Address of the page, with its token. */
  ui: string;
  dataDir: string;
  process: ChildProcess;
};

type Fixtures = {
  /** What the server's environment has beyond the test's own. */
  serverEnv: Record<string, string>;
  /** A `parley serve --ui` of the test's own, with an empty data directory. */
  server: ParleyServer;
  /** Errors on the page's console, which fail the test; a test that causes one takes it out. */
  problems: string[];
};

export const test = base.extend<Fixtures>({
  serverEnv: [{}, { option: true }],
  server: async ({ serverEnv }, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'parley-e2e-'));
    const server = await startServer(dataDir, serverEnv);
    await use(server);
    await stopServer(server);
    rmSync(dataDir, { recursive: true, force: true });
  },
  problems: [
    // `server` is asked for so that it ends after this: a server that goes is an error on the console.
    async ({ page, server: _server }, use) => {
      const problems: string[] = [];
      // Violations of the content security policy arrive here as well.
      page.on('console', message => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      page.on('pageerror', error => problems.push(String(error)));
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

async function startServer(dataDir: string, env: Record<string, string>): Promise<ParleyServer> {
  const args = ['dist/electron/cli.cjs', 'serve', '--ui', '--json', '--port', '0', '--data-dir', dataDir];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  for await (const line of createInterface(child.stdout)) {
    const { url, ui } = JSON.parse(line) as { url: string; ui: string };
    return { url, ui, dataDir, process: child };
  }
  throw new Error(`parley serve ended without a ready line: ${complaint}`);
}

/** Ends it as a service manager does, and expects a clean end. */
async function stopServer({ process: child }: ParleyServer): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

/** Rows of the ledger as any SQLite client reads them, oldest first. */
export function readLedger(dataDir: string): Record<string, unknown>[] {
  const database = new Database(join(dataDir, 'parley.db'), { readonly: true });
  try {
    return database.prepare('select * from calls order by started_at').all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

export async function send(page: Page, text: string): Promise<void> {
  // Backends are asked for their models first; until then there is nobody to send to.
  await expect(page.getByLabel('Model', { exact: true })).toContainText(/eliza|parrot/);
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** Sends and waits until the answer is whole. */
export async function ask(page: Page, text: string): Promise<string> {
  const before = await page.getByRole('article').count();
  await send(page, text);
  const answer = page.getByRole('article').nth(before);
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  return answer.innerText();
}

/** Drops files on the window the way a file manager does; the page sees names and bytes, no paths. */
export async function dropFile(page: Page, name: string, source: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([name, source]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([source], name));
      return transfer;
    },
    [name, source] as const,
  );
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer });
}
