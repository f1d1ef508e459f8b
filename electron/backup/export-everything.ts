import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Zip, ZipDeflate } from 'fflate';

import { callSchema } from '../contract/calls.ts';
import type { Call } from '../contract/calls.ts';
import { AppError } from '../contract/errors.ts';
import type { Store } from '../store/open-store.ts';
import { parleyJsonChat, parleyJsonHead, parleyJsonTail } from '../transfer/to-parley-json.ts';
import { holdsKey } from '../contract/key-forms.ts';
import { seal } from './seal.ts';
import { scriptsFolder, settingsFile } from './snapshot-folder.ts';

export const everythingFormat = 'parley-everything';
export const everythingVersion = 1;
/** Names inside the archive. */
export const aboutName = 'parley.json';
export const keysName = 'keys.sealed.json';
const chatsName = 'chats.parley-chats.json';

export type EverythingDeps = {
  dataDir: string;
  store: Pick<Store, 'exports' | 'calls'>;
  version: string;
  /** Text of parley.yaml without a key in it; undefined where it is broken, and keys cannot be told from the rest. */
  withoutKeys: (text: string) => string | undefined;
  /** Secrets of the keychain, by account. */
  readKeychain: () => Promise<Record<string, string>>;
};

export type EverythingWish = { passphrase: string | null; keychain: boolean };
export type ExportFile = { file_name: string; media_type: string; parts: AsyncGenerator<Uint8Array> };

/** What is sealed: settings as they are, scripts that hold a key, and what the keychain held where that was asked for. */
export type SealedKeys = {
  settings: string | null;
  keychain: Record<string, string>;
  scripts: Record<string, string>;
};

/** Chats, ledger, settings and scripts as one zip, made as it is read. Keys are in it under a passphrase alone. */
export function exportEverything(deps: EverythingDeps, wish: EverythingWish, now: Date): ExportFile {
  return {
    file_name: `parley-everything ${now.toISOString().slice(0, 10)}.zip`,
    media_type: 'application/zip',
    parts: writeArchive(deps, wish, now),
  };
}

async function* writeArchive(
  deps: EverythingDeps,
  wish: EverythingWish,
  now: Date,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    failure ??= error;
    chunks.push(chunk);
  });
  for await (const { name, texts } of listFiles(deps, wish, now)) {
    const file = new ZipDeflate(name);
    zip.add(file);
    for await (const text of texts) {
      file.push(Buffer.from(text));
      yield* chunks.splice(0);
      await nextTurn();
    }
    file.push(new Uint8Array(0), true);
    yield* chunks.splice(0);
  }
  zip.end();
  if (failure !== null)
    throw new AppError('internal', 'The archive could not be written; try again.', { cause: failure });
  yield* chunks;
}

type ArchiveFile = { name: string; texts: AsyncIterable<string> | Iterable<string> };

async function* listFiles(
  deps: EverythingDeps,
  wish: EverythingWish,
  now: Date,
): AsyncGenerator<ArchiveFile> {
  const { dataDir, version } = deps;
  const settings = await readIfThere(join(dataDir, settingsFile));
  const about = {
    format: everythingFormat,
    version: everythingVersion,
    exported_at: now.toISOString(),
    app_version: version,
  };
  yield { name: aboutName, texts: [`${JSON.stringify(about, null, 2)}\n`] };
  const plain = settings === undefined ? undefined : deps.withoutKeys(settings);
  if (plain !== undefined) yield { name: settingsFile, texts: [plain] };
  const scripts = await readScripts(dataDir);
  const isSealed = ([, text]: [string, string]): boolean => holdsKey(text);
  if (wish.passphrase !== null) {
    const keychain = wish.keychain ? await deps.readKeychain() : {};
    const withKeys = Object.fromEntries([...scripts].filter(isSealed));
    const keys: SealedKeys = { settings: settings ?? null, keychain, scripts: withKeys };
    const sealed = await seal(JSON.stringify(keys), wish.passphrase);
    yield { name: keysName, texts: [`${JSON.stringify(sealed, null, 2)}\n`] };
  }
  for (const [name, text] of scripts)
    if (!isSealed([name, text])) yield { name: `${scriptsFolder}/${name}`, texts: [text] };
  yield { name: 'ledger.csv', texts: writeLedger(deps.store.calls) };
  yield { name: chatsName, texts: writeChats(deps.store.exports, now, version) };
}

/** Names of scripts that hold a key themselves, and so are exported under a passphrase alone. */
export async function scriptsWithKeys(dataDir: string): Promise<string[]> {
  return [...(await readScripts(dataDir))].filter(([, text]) => holdsKey(text)).map(([name]) => name);
}

/** Scripts and the data they read. Grants stay: whoever imports a script agrees to it anew. */
async function readScripts(dataDir: string): Promise<Map<string, string>> {
  const dir = join(dataDir, scriptsFolder);
  const found = new Map<string, string>();
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile() || entry.name.startsWith('.') || !/\.(?:lua|json)$/.test(entry.name)) continue;
    const text = await readIfThere(join(dir, entry.name));
    if (text !== undefined) found.set(entry.name, text);
  }
  return found;
}

function* writeChats(exports: Store['exports'], now: Date, version: string): Generator<string> {
  yield parleyJsonHead({ exported_at: now.toISOString(), app_version: version });
  let isFirst = true;
  for (const id of exports.listIds()) {
    const chat = readChat(exports, id);
    if (chat === undefined) continue;
    yield parleyJsonChat(chat, isFirst);
    isFirst = false;
  }
  yield parleyJsonTail;
}

/** Undefined where it was deleted since the export began. */
function readChat(exports: Store['exports'], id: string) {
  try {
    return exports.read(id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  }
}

const columns = Object.keys(callSchema.shape) as (keyof Call)[]; // its own fields
const pageSize = 500;

/** RFC 4180; newest first, as the ledger is read. */
function* writeLedger(calls: Pick<Store['calls'], 'list'>): Generator<string> {
  yield `${columns.join(',')}\r\n`;
  let before: string | undefined;
  for (;;) {
    const page = calls.list({ limit: pageSize, before });
    yield page.calls.map(call => `${columns.map(name => toCell(call[name])).join(',')}\r\n`).join('');
    before = page.calls.at(-1)?.id;
    if (!page.more || before === undefined) return;
  }
}

function toCell(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  if (value === null) return '';
  // A name that begins like a formula would be run by a spreadsheet.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
