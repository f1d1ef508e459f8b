import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/leaves-no-timers.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // A process for each file would take a third longer, most of it to load the same modules again: a test leaves its
    // process as it found it.
    isolate: false,
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
  },
});
