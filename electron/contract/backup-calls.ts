import { z } from 'zod';

import { snapshotSchema } from './backups.ts';
import { importPreviewSchema, importResultSchema } from './transfer.ts';

const byName = z.object({ name: z.string() });

/** Snapshots of the data directory, and everything in one file. */
export const backupCalls = {
  'backups.list': {
    input: z.object({}),
    output: z.object({
      /** Newest first. */
      snapshots: z.array(snapshotSchema),
      folder: z.string(),
      /** The one that replaces everything at the next start. */
      restore_next: z.string().nullable(),
      /** Why the last daily one could not be taken; null when it was. */
      problem: z.string().nullable(),
    }),
  },
  'backups.create': { input: z.object({}), output: snapshotSchema },
  'backups.delete': { input: byName, output: z.object({}) },
  /** Puts a snapshot in place of everything when Parley starts next; null thinks better of it. */
  'backups.restore': { input: z.object({ name: z.string().nullable() }), output: z.object({}) },
  /** Chats of a snapshot that are not here. Writes nothing. */
  'backups.preview': { input: byName, output: importPreviewSchema },
  /** Adds chats of a snapshot, and overwrites nothing. */
  'backups.merge': {
    input: byName.extend({ chat_ids: z.array(z.string()).nullable() }),
    output: importResultSchema,
  },
  /** Scripts that hold a key themselves, and are in an export under a passphrase alone. */
  'backups.keys_in_scripts': { input: z.object({}), output: z.object({ scripts: z.array(z.string()) }) },
  /** Everything as one zip, to be read with `exports.read`. Keys are in it under a passphrase alone. */
  'backups.export': {
    input: z.object({
      passphrase: z.string().min(8).max(1000).nullable(),
      /** Also those that are in the keychain, where there is a passphrase. */
      keychain: z.boolean().default(false),
    }),
    output: z.object({ id: z.string(), file_name: z.string(), media_type: z.string() }),
  },
  /** What is in such a zip, which came through `imports.start` and `imports.add_part`. */
  'backups.look': {
    input: z.object({ id: z.string() }),
    output: z.object({
      exported_at: z.string(),
      app_version: z.string(),
      has_keys: z.boolean(),
      settings: z.boolean(),
      scripts: z.array(z.string()),
    }),
  },
  /** Takes settings, scripts and keys of it; chats are taken as those of any file (`imports.apply`). */
  'backups.take': {
    input: z.object({
      id: z.string(),
      settings: z.boolean(),
      scripts: z.boolean(),
      passphrase: z.string().max(1000).nullable(),
    }),
    output: z.object({
      settings: z.boolean(),
      scripts: z.number(),
      /** Scripts that stayed as they are, because another one of that name is here. */
      kept_scripts: z.array(z.string()),
      keys: z.number(),
    }),
  },
} as const;
