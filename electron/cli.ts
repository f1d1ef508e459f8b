#!/usr/bin/env node
import { runCommand } from './commands/run-command.ts';
import { toAppError } from './contract/errors.ts';

let isReaderGone = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`parley usage | head`) is no error.
  isReaderGone = error.code === 'EPIPE';
  if (!isReaderGone) fail(new Error(`The output could not be written (${error.code ?? error.message}).`));
  // What still runs ends as it does on a stop: the call recorded, the database closed.
  process.emit('SIGTERM');
});

runCommand(process.argv.slice(2), {
  env: process.env,
  print: text => process.stdout.write(`${text}\n`),
  warn: text => isReaderGone || process.stderr.write(`${text}\n`),
}).then(code => {
  process.exitCode = isReaderGone ? 0 : (process.exitCode ?? code);
}, fail);

function fail(error: unknown): void {
  process.stderr.write(`parley: ${toAppError(error).message}\n`);
  process.exitCode = 1;
}
