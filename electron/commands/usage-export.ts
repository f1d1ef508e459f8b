import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { AppError } from '../contract/errors.ts';
import { exportFormats, exportLedger } from '../store/export-ledger.ts';
import type { ExportFormat } from '../store/export-ledger.ts';
import { textOption } from './command.ts';
import type { CommandContext } from './command.ts';
import { openCommandStore } from './with-store.ts';

/** `usage export [FILE]`: the ledger row by row into a new file. */
export async function exportUsage(context: CommandContext, since: string | undefined): Promise<number> {
  const format = readFormat(textOption(context, 'format'));
  const day = new Date().toISOString().slice(0, 10);
  const file = resolve(context.args[1] ?? `parley-ledger-${day}.${format}`);
  const { store, close } = openCommandStore(context);
  try {
    const filter = since === undefined ? {} : { from: dayOf(new Date(since)) };
    const parts = exportLedger(store.usage, { format, filter });
    await pipeline(Readable.from(parts), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isThere) throw error;
    throw new AppError('invalid_request', `${file} is there already. Name another file.`, { cause: error });
  } finally {
    close();
  }
  context.print(context.json ? JSON.stringify({ file, format }) : `Wrote ${file}.`);
  return 0;
}

function readFormat(text = 'csv'): ExportFormat {
  const format = exportFormats.find(each => each === text);
  if (format) return format;
  throw new AppError('invalid_request', `--format takes one of ${exportFormats.join(', ')}, not "${text}".`);
}

/** The day of this machine's time zone. */
function dayOf(time: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
