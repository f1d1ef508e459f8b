import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { exportChats } from '../api/transfer/export-chats.ts';
import { applyImport, previewImport } from '../api/transfer/import-file.ts';
import { AppError } from '../contract/errors.ts';
import type { ImportPreview, ImportResult } from '../contract/transfer.ts';
import { findResources } from '../resources.ts';
import { requireArgument, textOption, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { openCommandStore } from './with-store.ts';

const usage = 'chats export [FILE] [--format json|markdown] | import FILE [--preview]';

export const chatsCommand: Command = {
  usage,
  summary:
    'Chats out into a file, and in from one: Parley’s own JSON, archives of ChatGPT and Claude, OpenRouter, Cherry Studio. Nothing is overwritten.',
  options: { format: { type: 'string' }, preview: { type: 'boolean' } },
  maxArgs: 2,
  async run(context) {
    const [action] = context.args;
    if (action === 'export') return exportAll(context);
    if (action === 'import') return importFile(context);
    throw unknownAction(action, usage);
  },
};

async function exportAll(context: CommandContext): Promise<number> {
  const format = textOption(context, 'format') ?? 'json';
  if (format !== 'json' && format !== 'markdown') {
    throw new AppError('invalid_request', `There is no format "${format}". Use json or markdown.`);
  }
  const { store, close } = openCommandStore(context);
  try {
    const about = { app_version: findResources().version, now: new Date() };
    const out = exportChats(store.exports, { ids: null, format }, about);
    const file = resolve(context.args[1] ?? out.file_name);
    if (await exists(file)) {
      throw new AppError('invalid_request', `${file} is there already. Choose another name.`);
    }
    // Chats are nobody else's business on this machine.
    await pipeline(Readable.from(out.parts), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    context.print(context.json ? JSON.stringify({ file }) : `Exported to ${file}`);
    return 0;
  } finally {
    close();
  }
}

async function importFile(context: CommandContext): Promise<number> {
  const file = resolve(requireArgument(context, 1, 'The file', usage));
  if (!(await exists(file))) throw new AppError('not_found', `There is no file ${file}.`);
  const { store, close } = openCommandStore(context);
  const reading = { name: file, signal: new AbortController().signal };
  try {
    if (context.options['preview'] === true) {
      const preview = await previewImport(file, store.imports, reading);
      context.print(context.json ? JSON.stringify(preview) : describePreview(preview));
    } else {
      const result = await applyImport(file, null, store.imports, reading);
      context.print(context.json ? JSON.stringify(result) : describeResult(result));
    }
    return 0;
  } finally {
    close();
  }
}

export function describePreview({ source, chats, left_out: leftOut }: ImportPreview): string {
  const count = (state: string): number => chats.filter(chat => chat.state === state).length;
  const head = `From ${source}: ${chats.length} chats, ${count('new')} new, ${count('more')} with new messages, ${count('known')} already here.`;
  return [head, ...describeLeftOut(leftOut)].join('\n');
}

export function describeResult(result: ImportResult): string {
  const head = `${result.new_chats} chats added, ${result.grown_chats} continued, ${result.known_chats} already here; ${result.new_messages} messages in all.`;
  return [head, ...describeLeftOut(result.left_out)].join('\n');
}

function describeLeftOut(leftOut: ImportResult['left_out']): string[] {
  return leftOut.map(
    ({ kind, count, examples }) =>
      `  not taken over: ${count} × ${kind}${examples.length > 0 ? ` (${examples.join('; ')})` : ''}`,
  );
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
