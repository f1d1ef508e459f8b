import { toAppError } from '../contract/errors.ts';
import { runCommand } from './run-command.ts';

/** Runs a command on this process's own streams and resolves to its exit code. Never throws. */
export async function runInTerminal(argv: readonly string[]): Promise<number> {
  let isReaderGone = false;
  let failed = false;
  const fail = (error: unknown): void => {
    process.stderr.write(`parley: ${toAppError(error).message}\n`);
    failed = true;
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`parley usage | head`) is no error.
    isReaderGone = error.code === 'EPIPE';
    if (!isReaderGone) fail(new Error(`The output could not be written (${error.code ?? error.message}).`));
    // What still runs ends as it does on a stop: the call recorded, the database closed.
    process.emit('SIGTERM');
  });
  try {
    const code = await runCommand(argv, {
      env: process.env,
      print: text => process.stdout.write(`${text}\n`),
      warn: text => isReaderGone || process.stderr.write(`${text}\n`),
    });
    return isReaderGone ? 0 : failed ? 1 : code;
  } catch (error) {
    fail(error);
    return 1;
  }
}
