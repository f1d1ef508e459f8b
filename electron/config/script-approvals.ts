import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { AppError } from '../contract/errors.ts';
import { withFileLock } from './with-file-lock.ts';
import { writeAtomically } from './write-atomically.ts';

const approvalSchema = z.object({
  /** Hash of the source that the grants hold for: exactly this one. */
  sha256: z.string(),
  /** The source a person last read and agreed to, which may be an earlier one; null where they only granted something. */
  source: z.string().nullable(),
  hosts: z.array(z.string()).default([]),
  env: z.array(z.string()).default([]),
  keychain: z.array(z.string()).default([]),
  approved_at: z.string(),
});
/** What a person said yes to, for one provider script of their own. */
export type ScriptApproval = z.infer<typeof approvalSchema>;

export type ScriptApprovals = {
  get(type: string): Promise<ScriptApproval | undefined>;
  /** What a source of this hash may use, and whether a person has read it; undefined where nothing was said of it. */
  grantsOf(type: string, sha256: string): Promise<(ScriptApproval & { reviewed: boolean }) | undefined>;
  /** Replaces what was approved before; undefined takes every grant back. */
  set(type: string, approval: ScriptApproval | undefined): Promise<void>;
};

const fileSchema = z.record(z.string(), approvalSchema);

/** Keeps approvals in one file. Throws config_invalid where it is broken: then nothing is granted until it is mended. */
export function openScriptApprovals(file: string): ScriptApprovals {
  let writing: Promise<unknown> = Promise.resolve();
  return {
    get: async type => own(await readApprovals(file), type),
    async grantsOf(type, sha256) {
      const approval = own(await readApprovals(file), type);
      if (approval?.sha256 !== sha256) return undefined;
      const { source } = approval;
      const reviewed = source !== null && createHash('sha256').update(source).digest('hex') === sha256;
      return { ...approval, reviewed };
    },
    set(type, approval) {
      const written = writing.then(() => withFileLock(file, () => replaceApproval(file, type, approval)));
      writing = written.catch(() => undefined);
      return written;
    },
  };
}

async function replaceApproval(
  file: string,
  type: string,
  approval: ScriptApproval | undefined,
): Promise<void> {
  const { [type]: _before, ...others } = await readApprovals(file);
  const next = approval === undefined ? others : { ...others, [type]: approval };
  await writeAtomically(file, `${JSON.stringify(next, null, 2)}\n`);
}

async function readApprovals(file: string): Promise<z.infer<typeof fileSchema>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
    throw broken(file, error);
  });
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw broken(file, cause);
  }
}

function own(approvals: z.infer<typeof fileSchema>, type: string): ScriptApproval | undefined {
  return Object.hasOwn(approvals, type) ? approvals[type] : undefined;
}

function broken(file: string, cause: unknown): AppError {
  return new AppError(
    'config_invalid',
    `${file} cannot be read, so no script has any grant. Mend it, or delete it and approve your scripts again.`,
    { cause },
  );
}
