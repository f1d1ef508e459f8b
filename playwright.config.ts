import { defineConfig } from '@playwright/test';

import { findChromium } from './scripts/find-chromium.ts';

const executablePath = findChromium();

export default defineConfig({
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env['CI']),
  // Each test starts a Parley and a browser's page of its own, and waits for both more than it works.
  workers: 2,
  reporter: 'list',
  use: { trace: 'off', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'e2e',
      testDir: 'test/e2e',
      use: {
        browserName: 'chromium',
        viewport: { width: 1280, height: 800 },
        launchOptions: executablePath === undefined ? {} : { executablePath },
      },
    },
    // One screen, one clipboard, one window in front.
    { name: 'desktop', testDir: 'test/desktop', workers: 1 },
  ],
});
