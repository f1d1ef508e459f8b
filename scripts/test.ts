import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';

import { isBuilt } from './built.ts';
import { findElectron } from './find-electron.ts';
import { obtainChromium } from './obtain-chromium.ts';
import { runProgram } from './run-program.ts';
import { countPlaywrightTests, runPlaywrightSuite, runUnitSuite } from './run-suite.ts';
import type { Counts } from './run-suite.ts';

type Suite = 'unit' | 'e2e' | 'desktop';

const suites: Suite[] = ['unit', 'e2e', 'desktop'];
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const skips: string[] = [];
const total: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };

const asked = suites.filter(suite => values.only === undefined || suite === values.only);
if (asked.length === 0) throw new Error(`--only takes one of ${suites.join(', ')}, not ${values.only}.`);
process.chdir(join(import.meta.dirname, '..'));

let interrupted = false;
process.on('SIGINT', () => (interrupted = true)).on('SIGTERM', () => (interrupted = true));

// `npm ci` has built it just now, as a rule.
const built = isBuilt() ? 0 : await runProgram(process.execPath, ['scripts/build.ts']);
if (built !== 0) add({ passed: 0, failed: 1, skipped: 0, failures: ['the build: see above'] });
for (const suite of built === 0 ? asked : []) if (!interrupted) add(await runSuite(suite));
if (interrupted) process.exit(130);

for (const skip of skips) printBox(skip);
// Named once more at the end, where they are looked for.
for (const failure of total.failures) console.log(`FAILED: ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function runSuite(suite: Suite): Promise<Counts> {
  console.log(`\n── ${suite} ──`);
  switch (suite) {
    case 'unit':
      return runUnitSuite();
    case 'e2e': {
      const chromium = await obtainChromium();
      if ('missing' in chromium) return skip('e2e', 'browser', chromium.missing);
      if (process.env['PARLEY_TEST_SHORT']) {
        skips.push(
          'SKIPPED: the thorough browser tests, because PARLEY_TEST_SHORT is set. `npm test` without it runs them.',
        );
      }
      return runPlaywrightSuite('e2e');
    }
    case 'desktop': {
      const electron = findElectron();
      if ('missing' in electron) {
        return skip(
          'desktop',
          'desktop',
          `${electron.missing}. \`npm start\` downloads it where a display is.`,
        );
      }
      const around = screenCommand();
      if (around === undefined) {
        return skip('desktop', 'desktop', 'there is no display, and no xvfb-run to make one.');
      }
      return runPlaywrightSuite('desktop', around);
    }
  }
}

async function skip(project: string, what: string, why: string): Promise<Counts> {
  const skipped = await countPlaywrightTests(project);
  skips.push(`SKIPPED: all ${skipped} ${what} tests, because ${why}`);
  return { passed: 0, failed: 0, skipped, failures: [] };
}

/** What to start a program with windows in; undefined where it can have none. */
function screenCommand(): string[] | undefined {
  if (process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return [];
  return isOnPath('xvfb-run') ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1200x24'] : undefined;
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  total.failures.push(...counts.failures);
}

/** Nobody should take a run for whole that was not. */
function printBox(text: string): void {
  const lines = text.match(/.{1,90}(?:\s|$)/g)?.map(line => line.trimEnd()) ?? [text];
  const width = Math.max(...lines.map(line => line.length));
  const bar = '═'.repeat(width + 2);
  console.log([`\n╔${bar}╗`, ...lines.map(line => `║ ${line.padEnd(width)} ║`), `╚${bar}╝\n`].join('\n'));
}
