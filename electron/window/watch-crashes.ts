import { app, crashReporter, shell } from 'electron';

type Kind = 'main' | 'page' | 'gpu' | 'helper';
type CrashLog = { write(kind: Kind, problem: unknown): void };

/** Writes down every end nobody wished for. Before Electron is ready: Chromium asks then where its dumps go. */
export function watchCrashes(log: CrashLog, dumpDir: string): void {
  app.setPath('crashDumps', dumpDir);
  crashReporter.start({ uploadToServer: false });
  // A monitor changes nothing about how the program ends.
  process.on('uncaughtExceptionMonitor', error => log.write('main', error));
  process.on('unhandledRejection', reason => log.write('main', reason));
  app.on('render-process-gone', (_event, _contents, details) => {
    if (details.reason !== 'clean-exit') log.write('page', describeEnd('The page', details));
  });
  app.on('child-process-gone', (_event, details) => {
    const { type, reason } = details;
    // A helper that is told to go is "killed", whatever it did.
    if (reason === 'clean-exit' || reason === 'killed') return;
    log.write(type === 'GPU' ? 'gpu' : 'helper', describeEnd(details.name ?? type, details));
  });
}

/** Shows a folder of ours in the system's own file manager. */
export async function showFolder(path: string): Promise<void> {
  const problem = await shell.openPath(path);
  if (problem !== '') throw new Error(`The folder could not be opened: ${problem}`);
}

function describeEnd(what: string, { reason, exitCode }: { reason: string; exitCode: number }): string {
  return `${what} ended: ${reason} (exit code ${String(exitCode)})`;
}
