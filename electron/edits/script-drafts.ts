import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { writeAtomically } from '../config/write-atomically.ts';
import { providerTypeSchema } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';

const draftSchema = z.object({
  source: z.string(),
  /** Hash of the file it was made from. */
  base_sha256: z.string(),
  saved_at: z.string(),
});
type ScriptDraft = z.infer<typeof draftSchema>;

export type ScriptDrafts = {
  /** null where there is none, or none that can be read. */
  read(type: string): Promise<ScriptDraft | null>;
  keep(type: string, draft: Omit<ScriptDraft, 'saved_at'>): Promise<void>;
  drop(type: string): Promise<void>;
};

/** What was typed and not saved, one file a script; nothing runs them. */
export function openScriptDrafts(folder: string): ScriptDrafts {
  // One after the other: an earlier text must not arrive last, nor bring a dropped draft back.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (act: () => Promise<unknown>): Promise<void> => {
    const acting = last.then(act).then(() => undefined);
    last = acting.catch(() => undefined);
    return acting;
  };
  const fileOf = (type: string): string => {
    if (providerTypeSchema.safeParse(type).success) return join(folder, `${type}.json`);
    throw new AppError('not_found', `"${type}" is not the name of a script.`);
  };
  return {
    async read(type) {
      const file = fileOf(type);
      await last;
      const text = await readFile(file, 'utf8').catch(() => null);
      if (text === null) return null;
      try {
        return draftSchema.parse(JSON.parse(text));
      } catch {
        return null;
      }
    },
    keep: (type, draft) =>
      inTurn(async () => {
        await mkdir(folder, { recursive: true });
        await writeAtomically(fileOf(type), JSON.stringify({ ...draft, saved_at: new Date().toISOString() }));
      }),
    drop: type => inTurn(() => rm(fileOf(type), { force: true })),
  };
}
