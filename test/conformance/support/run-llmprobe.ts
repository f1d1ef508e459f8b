import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type ProbeResult = {
  id: string;
  outcome: 'pass' | 'fail' | 'unsupported' | 'inconclusive' | 'skipped';
  failures: { id: string; severity: 'MUST' | 'SHOULD' | 'MAY'; message?: string }[];
};

export type Probe = {
  results: ProbeResult[];
  /** Hosts it tried to reach, other than this machine. */
  refused: string[];
  /** What it left behind in its home. */
  left: string[];
};

const program = fileURLToPath(
  new URL('../../../node_modules/llmprobe/bin/dist/llmprobe.mjs', import.meta.url),
);
const guard = pathToFileURL(fileURLToPath(new URL('refuse-network.ts', import.meta.url))).href;

/** Runs llmprobe to its end, in a home of its own and without a network. */
export async function runLlmprobe(target: { url: string; key: string; model: string }): Promise<Probe> {
  const home = mkdtempSync(join(tmpdir(), 'parley-llmprobe-'));
  const report = join(home, 'refused');
  const given = [target.url, '-k', target.key, '-m', target.model];
  const args = ['--import', guard, program, ...given, '--full', '--no-bench', '--no-save', '--json'];
  try {
    const output = await run(args, {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      REFUSED_CONNECTIONS: report,
    });
    const { conformance } = JSON.parse(output) as { conformance: { results: ProbeResult[] } };
    return {
      results: conformance.results,
      refused: existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : [],
      left: readdirSync(home).filter(name => name !== 'refused'),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Its exit code is that of its three scores; what it prints counts here. */
function run(args: string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', reject);
    child.on('close', () => {
      if (output.startsWith('{')) resolve(output);
      else reject(new Error(`llmprobe printed no report: ${errors}`));
    });
  });
}
