import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { isBuilt } from './built.ts';
import { obtainElectron, sandboxProblem } from './find-electron.ts';
import { runProgram } from './run-program.ts';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);

// npm runs this in a shell and passes a signal on to the shell alone, which then dies without us.
const shell = process.ppid;
setInterval(() => {
  if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
}, 500).unref();

process.exitCode = await start();

async function start(): Promise<number> {
  if (!isBuilt()) {
    const code = await runProgram(process.execPath, [join(root, 'scripts/build.ts')]);
    if (code !== 0) return code;
  }
  if (!hasDisplay()) return serve('no display here');
  const electron = await obtainElectron();
  if ('missing' in electron) return serve(electron.missing);
  const problem = sandboxProblem(electron.dir);
  if (problem !== undefined) return serve(problem);
  // Chromium does not run its sandbox as root, and without this switch not at all.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return runProgram(electron.file, [...asRoot, root, ...args]);
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}

/** The app in the browser: one line says why, and where it is. */
function serve(reason: string): Promise<number> {
  const cli = [join(root, 'dist/electron/cli.cjs'), 'serve', '--ui', ...args];
  if (args.includes('--json')) return runProgram(process.execPath, cli);
  return runProgram(process.execPath, [...cli, '--json'], {
    stdio: ['inherit', 'pipe', 'inherit'],
    started(child) {
      if (child.stdout === null) return;
      createInterface(child.stdout).on('line', line => console.log(describeReady(line, reason)));
    },
  });
}

function describeReady(line: string, reason: string): string {
  try {
    // Safe: checked below; the line is what `serve --json` documents, or something else that is shown as it is.
    const { ui } = JSON.parse(line) as { ui?: unknown };
    if (typeof ui === 'string') return `Parley runs in your browser (${reason}): ${ui}  Ctrl+C ends it.`;
  } catch {
    // Not JSON: shown as it is.
  }
  return line;
}
