import { defineConfig } from '@playwright/test';

import { findChromium } from './scripts/find-chromium.ts';

const executablePath = findChromium();

/** Left out where PARLEY_TEST_SHORT is set: with them a run takes some twenty minutes on two cores. */
const thorough = [
  'accessibility',
  'budgets',
  'composer',
  'finding',
  'hostile-scripts',
  'keys',
  'long-chat',
  'looks',
  'model-picker',
  'presets',
  'providers-pages',
  'rendering',
  'settings',
  'studio',
  'thread-several',
  'transfer',
  'usage',
];

export default defineConfig({
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env['CI']),
  // Each test starts a Parley and a browser's page of its own; more at once take no less time on two cores, and hurry nobody.
  workers: 2,
  // On a machine that others share a test is now and then too slow; it gets a second try there, and is said to be flaky.
  retries: process.env['CI'] ? 1 : 0,
  reporter: 'list',
  use: { trace: 'off', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'e2e',
      testDir: 'test/e2e',
      testIgnore: process.env['PARLEY_TEST_SHORT'] ? thorough.map(name => `**/${name}.spec.ts`) : [],
      use: {
        browserName: 'chromium',
        viewport: { width: 1280, height: 800 },
        launchOptions: executablePath === undefined ? {} : { executablePath },
      },
    },
    // One screen, one clipboard, one window in front. V8 11.4, of the Electron tests run on where none can be downloaded,
    // now and then holds a worker for ever when it ends: what waits for that is tried once more, and said to be flaky.
    { name: 'desktop', testDir: 'test/desktop', workers: 1, retries: 1 },
  ],
});
