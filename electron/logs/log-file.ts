import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type LogFile = { write(level: 'info' | 'warn' | 'error', message: string): void };

const maxBytes = 5 * 1024 * 1024;
const maxLine = 4_000;

/** `logs/parley.log`, a line an entry; the one before it is kept as parley.log.1. A disk that is full loses log lines only. */
export function openLogFile(logsDir: string, now: () => Date = () => new Date()): LogFile {
  const file = join(logsDir, 'parley.log');
  let size = sizeOf(file);
  return {
    write(level, message) {
      const line = `${now().toISOString()} ${level} ${message.replaceAll(/[\r\n]+/g, ' ↵ ').slice(0, maxLine)}\n`;
      try {
        if (size > maxBytes) {
          renameSync(file, `${file}.1`);
          size = 0;
        }
        appendFileSync(file, line, { mode: 0o600 });
        size += Buffer.byteLength(line);
      } catch {
        // Nowhere left to say it.
      }
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
