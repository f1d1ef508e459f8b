import { defineConfig } from 'vitest/config';

/** Functions that leave nothing behind: their test files share a process, which halves what they cost. */
const pure = ['contract', 'dialects', 'renderer', 'transfer'].map(area => `test/${area}/**/*.test.ts`);

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 30_000,
    pool: 'forks',
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'all', include: ['test/**/*.test.ts'], exclude: pure } },
    ],
  },
});
