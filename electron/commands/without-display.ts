import { createReadStream, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { Writable } from 'node:stream';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import { workerData } from 'node:worker_threads';

import { sharedPlaces } from './block-on-worker.ts';
import type { WithoutDisplayData } from './block-on-worker.ts';
import { runInTerminal } from './run-in-terminal.ts';

// The worker of `blockOnWorker`. What a worker has for input, output and signals passes through the main thread, which is held.
const { words, shared, electron } = workerData as WithoutDisplayData; // made by blockOnWorker alone
const flags = new Int32Array(shared);
Atomics.store(flags, sharedPlaces.started, 1);
Atomics.notify(flags, sharedPlaces.started);
process.once('exit', finish);
process.on('uncaughtException', error => {
  writeSync(2, `parley: ${error.message}\n`);
  finish(1);
});
// Older Electrons tell their workers of Node's version alone.
if (electron !== undefined && process.versions.electron === undefined)
  Object.defineProperty(process.versions, 'electron', { value: electron });
takeTerminal();
takeSignals();
void runInTerminal(words).then(finish);

function finish(code: number): void {
  if (Atomics.load(flags, sharedPlaces.done) === 1) return;
  Atomics.store(flags, sharedPlaces.code, code);
  Atomics.store(flags, sharedPlaces.done, 1);
  Atomics.notify(flags, sharedPlaces.done);
}

function takeTerminal(): void {
  const input = isatty(0) ? new ReadStream(0) : createReadStream('', { fd: 0, autoClose: false });
  const streams = { stdin: input.pause(), stdout: openOutput(1), stderr: openOutput(2) };
  for (const [name, value] of Object.entries(streams)) Object.defineProperty(process, name, { value });
}

function openOutput(fd: 1 | 2): Writable {
  if (isatty(fd)) return new WriteStream(fd);
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      try {
        for (let at = 0; at < chunk.length;) at += writeSome(fd, chunk.subarray(at));
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

/** A pipe another program made non-blocking is full now and then. */
function writeSome(fd: number, chunk: Buffer): number {
  for (;;) {
    try {
      return writeSync(fd, chunk);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

type SignalWatch = { onsignal: () => void; start(number: number): void; unref(): void };

/** `process.on('SIGTERM')` does nothing in a worker. Where Node hides what it is made of, a signal ends the program at once. */
function takeSignals(): void {
  try {
    // Safe: the shape Node itself uses it in, and what differs ends in the catch.
    const internals = createRequire(process.execPath)('internal/test/binding') as {
      internalBinding(name: 'signal_wrap'): { Signal: new () => SignalWatch };
    };
    const { Signal } = internals.internalBinding('signal_wrap');
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const watch = new Signal();
      watch.unref();
      watch.onsignal = () => process.emit(name) || process.exit(128 + constants.signals[name]);
      watch.start(constants.signals[name]);
    }
  } catch {
    // Then a stop is a hard one, which the next start puts in order.
  }
}
