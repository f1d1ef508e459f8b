import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { takeEverything } from '../api/backup-handlers.ts';
import { applyImport, previewImport } from '../api/transfer/import-file.ts';
import { readEverything } from '../api/transfer/read-everything.ts';
import { exportEverything, scriptsWithKeys } from '../backup/export-everything.ts';
import type { EverythingWish } from '../backup/export-everything.ts';
import { takeSnapshot } from '../backup/take-snapshot.ts';
import { parseConfig } from '../config/parse-config.ts';
import { readConfigFile } from '../config/read-config-file.ts';
import { keychainAccounts, withoutKeys } from '../config/without-keys.ts';
import type { ApiOutput } from '../contract/api.ts';
import { AppError } from '../contract/errors.ts';
import type { ImportResult } from '../contract/transfer.ts';
import { openKeychain } from '../engine/keys/keychain.ts';
import { putScript, putSettings, readSecrets } from '../desks/open-backups.ts';
import { findResources } from '../resources.ts';
import { askSecret } from './ask-secret.ts';
import { describePreview, describeResult } from './chats.ts';
import { requireArgument } from './command.ts';
import type { CommandContext } from './command.ts';
import { openCommandStore } from './with-store.ts';

/** `backup export`: keys are in it under a passphrase alone, which never stands among the arguments. */
export async function exportAll(context: CommandContext): Promise<number> {
  const dataDir = context.dataDir();
  const keychain = context.options['keychain'] === true;
  if (keychain && context.options['with-keys'] !== true) {
    throw new AppError('invalid_request', 'Keys of the keychain need a passphrase: add --with-keys.');
  }
  const passphrase = await readPassphrase(context, true);
  const { store, close } = openCommandStore(context);
  try {
    const { version } = findResources();
    const deps = { dataDir, store, version, withoutKeys, readKeychain: () => readKeychain(dataDir) };
    const wish: EverythingWish = { passphrase, keychain };
    const out = exportEverything(deps, wish, new Date());
    const file = resolve(context.args[1] ?? out.file_name);
    if (await exists(file)) {
      throw new AppError('invalid_request', `${file} is there already. Choose another name.`);
    }
    await pipeline(Readable.from(out.parts), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    const leftOut = passphrase === null ? await scriptsWithKeys(dataDir) : [];
    if (context.json) context.print(JSON.stringify({ file, keys: passphrase !== null, left_out: leftOut }));
    else {
      const how = passphrase === null ? 'without keys' : 'its keys under your passphrase';
      context.print(`Exported to ${file}, ${how}`);
    }
    if (leftOut.length > 0) {
      const names = leftOut.join(', ');
      context.warn(
        `parley: Left out, for a key that stands in them: ${names}. --with-keys takes them along.`,
      );
    }
    return 0;
  } finally {
    close();
  }
}

/** `backup import`: adds, and replaces nothing but the settings, where that was asked for. */
export async function importAll(context: CommandContext, usage: string): Promise<number> {
  const file = resolve(requireArgument(context, 1, 'The file', usage));
  if (!(await exists(file))) throw new AppError('not_found', `There is no file ${file}.`);
  const reading = { name: file, signal: new AbortController().signal };
  // Before the passphrase is asked for: a file of another kind is refused at once.
  const found = await readEverything(file);
  if (context.options['preview'] !== true) return takeAll(context, file);
  const { store, close } = openCommandStore(context);
  try {
    const chats = await previewImport(file, store.imports, reading);
    const { exported_at, app_version, settings, scripts, sealed } = found;
    const names = [...scripts.keys()];
    const about = { exported_at, app_version, has_keys: sealed !== undefined, scripts: names };
    if (context.json) {
      const hasSettings = settings !== undefined || sealed !== undefined;
      context.print(JSON.stringify({ ...about, settings: hasSettings, chats }));
    } else {
      context.print(`Exported on ${exported_at} by Parley ${app_version}.`);
      context.print(describePreview(chats));
      context.print(`Scripts: ${names.join(', ') || 'none'}. Keys: ${about.has_keys ? 'sealed' : 'none'}.`);
    }
    return 0;
  } finally {
    close();
  }
}

async function takeAll(context: CommandContext, file: string): Promise<number> {
  const passphrase = await readPassphrase(context, false);
  const dataDir = context.dataDir();
  const { store, close } = openCommandStore(context);
  try {
    const keychain = openKeychain();
    const snapshot = () =>
      takeSnapshot({ dataDir, copies: store.copies }, 'restore', new AbortController().signal);
    const wish = { settings: context.options['settings'] === true, scripts: true, passphrase };
    // First, because a wrong passphrase refuses everything.
    const rest = await takeEverything(file, wish, {
      putSettings: text => putSettings(dataDir, text, snapshot),
      putScript: (name, text) => putScript(dataDir, name, text),
      putSecret: (account, secret) => keychain.set(account, secret),
    });
    const reading = { name: file, signal: new AbortController().signal };
    const chats = await applyImport(file, null, store.imports, reading);
    if (context.json) context.print(JSON.stringify({ ...rest, chats }));
    else for (const line of describeTaken(rest, chats)) context.print(line);
    return 0;
  } finally {
    close();
  }
}

function describeTaken(rest: ApiOutput<'backups.take'>, chats: ImportResult): string[] {
  const lines = [describeResult(chats)];
  const settings = rest.settings ? 'settings replaced (a snapshot holds yours)' : 'settings left as they are';
  lines.push(`${rest.scripts} scripts added, ${rest.keys} keys put into the keychain, ${settings}.`);
  if (rest.kept_scripts.length > 0) {
    lines.push(`Stayed as they are, being here already: ${rest.kept_scripts.join(', ')}.`);
  }
  if (rest.scripts > 0) lines.push('A script runs once you have approved it: parley providers approve NAME');
  return lines;
}

const shortestPassphrase = 8;

/** Null without --with-keys. Arguments are seen by everybody on this machine, so it is never one of them. */
async function readPassphrase(context: CommandContext, isNew: boolean): Promise<string | null> {
  if (context.options['with-keys'] !== true) return null;
  const given = context.env['PARLEY_PASSPHRASE'];
  const passphrase = given ?? (await askSecret('Passphrase: '));
  if (isNew && passphrase.length < shortestPassphrase) {
    const where = 'type it, send it to standard input, or set PARLEY_PASSPHRASE';
    throw new AppError('invalid_request', `A passphrase has at least 8 characters; ${where}.`);
  }
  if (isNew && given === undefined && process.stdin.isTTY && (await askSecret('Again: ')) !== passphrase) {
    throw new AppError('invalid_request', 'These were two different passphrases, so nothing was written.');
  }
  return passphrase;
}

async function readKeychain(dataDir: string): Promise<Record<string, string>> {
  const file = await readConfigFile(join(dataDir, 'parley.yaml'));
  const parsed = parseConfig(file.type === 'text' ? file.text : '', 'parley.yaml');
  if (parsed.type === 'bad') {
    throw new AppError(
      'config_invalid',
      'parley.yaml has a mistake, so its keys were not found. Mend it first.',
    );
  }
  return readSecrets(keychainAccounts(parsed.config), openKeychain());
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
