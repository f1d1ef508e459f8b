import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { runProgram } from './run-program.ts';

/** `failures` are the failed tests by file and name, each with the first line of what went wrong. */
export type Counts = { passed: number; failed: number; skipped: number; failures: string[] };

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
    const report = readReport(file) as VitestReport | undefined;
    const failures = (report?.testResults ?? []).flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length === 0 && message) return [describeFailure(name, '', message)];
      return failed.map(test => describeFailure(name, test.fullName, test.failureMessages?.[0]));
    });
    return truthful(
      {
        passed: report?.numPassedTests ?? 0,
        failed: report?.numFailedTests ?? 0,
        skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
        failures,
      },
      code,
      'unit',
    );
  });
}

/** Runs one project of playwright.config.ts; `around` are the words of a command to run it in. */
export function runPlaywrightSuite(project: string, around: string[] = []): Promise<Counts> {
  return withReportFile(async file => {
    const command = [process.execPath, playwrightCli, 'test', `--project=${project}`, '--reporter=list,json'];
    const [program = process.execPath, ...args] = [...around, ...command];
    const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
    const code = await runProgram(program, args, { env });
    return truthful(readPlaywrightReport(file), code, project);
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
  const report = readReport(file) as PlaywrightReport | undefined;
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {};
  const failures = (report?.suites ?? []).flatMap(suite => playwrightFailures(suite));
  return { passed: expected + flaky, failed: unexpected, skipped, failures };
}

function playwrightFailures({ specs = [], suites = [] }: PlaywrightSuite): string[] {
  const failed = specs.filter(({ tests }) => tests.some(({ status }) => status === 'unexpected'));
  const own = failed.map(({ file, title, tests }) =>
    describeFailure(file, title, tests[0]?.results[0]?.error?.message),
  );
  return [...own, ...suites.flatMap(suite => playwrightFailures(suite))];
}

function describeFailure(file: string, name: string, message = ''): string {
  const [reason = ''] = stripVTControlCharacters(message).split('\n');
  const where = relative(root, resolve(root, file));
  return [where, name, reason].filter(part => part !== '').join(' › ');
}

async function withReportFile<T>(use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-report-'));
  try {
    return await use(join(folder, 'report.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of what the runners write, what is read here; both are pinned, so the casts to it are safe. */
type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
  }[];
};
type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  suites: PlaywrightSuite[];
};
type PlaywrightSuite = {
  specs?: {
    file: string;
    title: string;
    tests: { status: string; results: { error?: { message?: string } }[] }[];
  }[];
  suites?: PlaywrightSuite[];
};

/** undefined when the runner wrote none. */
function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A runner that ended badly without a failed test (a file that does not load, a crash) is a failure, too. */
function truthful(counts: Counts, code: number, suite: string): Counts {
  if (code === 0 || counts.failed > 0) return counts;
  const failures = [...counts.failures, `${suite}: ended with code ${code} and no failed test; see above`];
  return { ...counts, failed: 1, failures };
}
