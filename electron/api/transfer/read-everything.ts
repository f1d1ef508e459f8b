import { open } from 'node:fs/promises';

import { z } from 'zod';

import { aboutName, everythingFormat, everythingVersion, keysName } from '../../backup/export-everything.ts';
import { sealedSchema } from '../../backup/seal.ts';
import type { Sealed } from '../../backup/seal.ts';
import { AppError } from '../../contract/errors.ts';
import { isZip, openZip } from './zip-archive.ts';
import type { ZipArchive } from './zip-archive.ts';

/** Everything an export holds beside chats and ledger. */
export type Everything = {
  exported_at: string;
  app_version: string;
  settings: string | undefined;
  /** By file name, without a path. */
  scripts: ReadonlyMap<string, string>;
  sealed: Sealed | undefined;
};

const aboutSchema = z.object({
  format: z.literal(everythingFormat),
  version: z.number(),
  exported_at: z.string(),
  app_version: z.string(),
});

/** Settings and scripts are small; a larger one was made by something else. */
const mostBytes = 4 * 1024 * 1024;
const mostScripts = 1000;

/** Reads what `parley backup export` wrote. Throws invalid_request for anything else, or a damaged one. */
export async function readEverything(path: string): Promise<Everything> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(4);
    await file.read(start, 0, 4, 0);
    if (!isZip(start)) throw notOurs();
    return await readArchive(await openZip(file, size));
  } finally {
    await file.close();
  }
}

async function readArchive(archive: ZipArchive): Promise<Everything> {
  const read = async (name: string): Promise<string | undefined> => {
    const entry = archive.entries.find(each => each.name === name);
    if (!entry) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive.read(entry, mostBytes)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  const about = parse(aboutSchema, await read(aboutName));
  if (about.version > everythingVersion) {
    throw new AppError(
      'invalid_request',
      'This export was written by a newer Parley. Update this one and import it again.',
    );
  }
  const names = archive.entries
    .map(({ name }) => name)
    // One file name and nothing that leads anywhere else.
    .filter(name => /^providers\/[A-Za-z0-9_][A-Za-z0-9._-]*\.(?:lua|json)$/.test(name))
    .slice(0, mostScripts);
  const scripts = new Map<string, string>();
  for (const name of names) scripts.set(name.slice('providers/'.length), (await read(name)) ?? '');
  const sealed = await read(keysName);
  const { exported_at, app_version } = about;
  return {
    exported_at,
    app_version,
    settings: await read('parley.yaml'),
    scripts,
    sealed: sealed === undefined ? undefined : parse(sealedSchema, sealed),
  };
}

function parse<T extends z.ZodType>(schema: T, text: string | undefined): z.output<T> {
  try {
    return schema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw notOurs(cause);
  }
}

function notOurs(cause?: unknown): AppError {
  const message =
    'This is no export of everything by Parley, or it is damaged. Chats of other files are imported under Chats.';
  return new AppError('invalid_request', message, { cause });
}
