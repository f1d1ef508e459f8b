import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ScriptApproval, ScriptApprovals } from '../config/script-approvals.ts';
import { writeAtomically } from '../config/write-atomically.ts';
import type { ProviderReview } from '../contract/backends.ts';
import type { Engine } from '../engine/engine.ts';
import { hashOf } from '../engine/script-source.ts';

type SaveDeps = {
  approvals: ScriptApprovals;
  engine: Pick<Engine, 'inspectProvider'>;
  userDir: string;
};

type Wishes = Pick<ScriptApproval, 'hosts' | 'env' | 'keychain'>;

type Edited = {
  type: string;
  source: string;
  /** Hash of the file it was made from. */
  base_sha256: string;
  /** Hash of a source whose review a person has agreed to. */
  confirmed: string | null;
};

type SaveOutcome =
  | { outcome: 'saved' }
  | { outcome: 'needs_review'; review: ProviderReview }
  | { outcome: 'changed_on_disk' };

/** Writes an edited script over the file it was made from. Throws what is wrong with it; then nothing is written. */
export async function saveScript(edited: Edited, deps: SaveDeps): Promise<SaveOutcome> {
  const { type, source, base_sha256: base, confirmed } = edited;
  const { approvals, engine, userDir } = deps;
  const review = await engine.inspectProvider(`${type}.lua`, source);
  const file = join(userDir, `${type}.lua`);
  const isUnchanged = async (): Promise<boolean> => hashOf(await readIfThere(file)) === base;
  if (!(await isUnchanged())) return { outcome: 'changed_on_disk' };
  const granted =
    confirmed === review.sha256 ? review : await keptGrants(review, await readIfThere(file), deps);
  if (!granted) return { outcome: 'needs_review', review };
  const before = await approvals.get(type);
  // The approval goes first: a script that is there without it has the default grants only, never the reverse.
  await approvals.set(type, {
    sha256: review.sha256,
    source,
    hosts: granted.hosts,
    env: granted.env,
    keychain: granted.keychain,
    approved_at: new Date().toISOString(),
  });
  if (await writeAtomically(file, source, isUnchanged)) return { outcome: 'saved' };
  await approvals.set(type, before);
  return { outcome: 'changed_on_disk' };
}

/**
 * What an edited script may go on using without a question: what the file was granted and the script still asks for, and
 * what was granted beside its wishes. Undefined where somebody has to look: it asks for more, or the file was never read.
 */
async function keptGrants(
  review: ProviderReview,
  before: string,
  { approvals, engine }: SaveDeps,
): Promise<Wishes | undefined> {
  const { type } = review;
  const granted = await approvals.grantsOf(type, hashOf(before));
  if (granted?.reviewed !== true) return undefined;
  const old = await wishesOf(type, before, engine);
  if (addedWishes(review, old, granted).length > 0) return undefined;
  const keep = (kind: keyof Wishes): string[] =>
    granted[kind].filter(name => review[kind].includes(name) || !old[kind].includes(name));
  return { hosts: keep('hosts'), env: keep('env'), keychain: keep('keychain') };
}

/** What a source asks for; a broken one asks for nothing. */
export async function wishesOf(
  type: string,
  source: string,
  engine: Pick<Engine, 'inspectProvider'>,
): Promise<Wishes> {
  const nothing = { hosts: [], env: [], keychain: [] };
  return engine.inspectProvider(`${type}.lua`, source).catch(() => nothing);
}

/** What it wants that it neither wanted nor had: hosts, `env:NAME`, `keychain:ACCOUNT`. */
export function addedWishes(now: Wishes, before: Wishes, granted: Wishes): string[] {
  const added = (kind: keyof Wishes): string[] =>
    now[kind].filter(name => !before[kind].includes(name) && !granted[kind].includes(name));
  return [
    ...added('hosts'),
    ...added('env').map(name => `env:${name}`),
    ...added('keychain').map(name => `keychain:${name}`),
  ];
}

/** Empty where there is no such file, which is no script either. */
function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
