/** A Chromium the browser tests can use: the one the environment names, the system's, or Playwright's own. */
export declare function findChromium(): string | undefined;
