import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runProgram } from './run-program.ts';

export type Counts = { passed: number; failed: number; skipped: number };

const root = join(import.meta.dirname, '..');
const playwrightCli = join(root, 'node_modules/@playwright/test/cli.js');

export function runUnitSuite(): Promise<Counts> {
  return withReportFile(async file => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const code = await runProgram(process.execPath, [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...reporters,
    ]);
    const report = readReport(file, ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests']);
    const [passed = 0, failed = 0, pending = 0, todo = 0] = report ?? [];
    return truthful({ passed, failed, skipped: pending + todo }, code);
  });
}

/** Runs one project of playwright.config.ts; `around` are the words of a command to run it in. */
export function runPlaywrightSuite(project: string, around: string[] = []): Promise<Counts> {
  return withReportFile(async file => {
    const command = [process.execPath, playwrightCli, 'test', `--project=${project}`, '--reporter=list,json'];
    const [program = process.execPath, ...args] = [...around, ...command];
    const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
    const code = await runProgram(program, args, { env });
    return truthful(readPlaywrightReport(file), code);
  });
}

/** How many tests a project of playwright.config.ts has, so that a skipped suite is counted. */
export function countPlaywrightTests(project: string): Promise<number> {
  return withReportFile(async file => {
    const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
    const args = [playwrightCli, 'test', `--project=${project}`, '--list', '--reporter=json'];
    await runProgram(process.execPath, args, { env, stdio: 'ignore' });
    // A listed test counts as one that was not run, which this report calls skipped.
    const { passed, failed, skipped } = readPlaywrightReport(file);
    return passed + failed + skipped;
  });
}

function readPlaywrightReport(file: string): Counts {
  const [expected = 0, unexpected = 0, flaky = 0, skipped = 0] =
    readReport(file, ['expected', 'unexpected', 'flaky', 'skipped'], 'stats') ?? [];
  return { passed: expected + flaky, failed: unexpected, skipped };
}

async function withReportFile<T>(use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-report-'));
  try {
    return await use(join(folder, 'report.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers out of a runner's report, in the order asked for; undefined when it wrote none. */
function readReport(file: string, names: string[], section?: string): number[] | undefined {
  try {
    const whole: unknown = JSON.parse(readFileSync(file, 'utf8'));
    // Safe: missing sections and numbers are caught right here.
    const report = (section === undefined ? whole : (whole as Record<string, unknown>)[section]) as Record<
      string,
      unknown
    >;
    return names.map(name => Number(report[name] ?? 0));
  } catch {
    return undefined;
  }
}

/** A runner that ended badly without a failed test (a file that does not load, a crash) is a failure, too. */
function truthful(counts: Counts, code: number): Counts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
