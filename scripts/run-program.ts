import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { constants } from 'node:os';

type RunOptions = {
  stdio?: StdioOptions;
  env?: NodeJS.ProcessEnv;
  /** Called with the process as soon as it is started. */
  started?(child: ChildProcess): void;
};

/** After this many milliseconds a further signal is the person asking again, not an echo of the first. */
const echoTime = 1000;

/** Runs a program until it ends; our own signals end it too. Resolves with its exit code, a signal's as a shell gives it. */
export function runProgram(file: string, args: string[], options: RunOptions = {}): Promise<number> {
  const child = spawn(file, args, {
    stdio: options.stdio ?? 'inherit',
    env: options.env ?? process.env,
    // Ctrl+C reaches the whole group, and npm sends it to us a second time: only in a group of its own does
    // the program get it once, and so the time to end cleanly.
    detached: process.platform !== 'win32',
  });
  options.started?.(child);
  let forwardedAt = -Infinity;
  const forward = (signal: NodeJS.Signals): void => {
    if (performance.now() - forwardedAt < echoTime) return;
    forwardedAt = performance.now();
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}
