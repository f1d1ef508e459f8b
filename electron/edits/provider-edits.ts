import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { ProviderEdits } from '../api/provider-handlers.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { createBackendEdits } from './backend-edits.ts';
import { addBackend } from '../config/edit-config.ts';
import type { ScriptApproval, ScriptApprovals } from '../config/script-approvals.ts';
import { writeAtomically } from '../config/write-atomically.ts';
import type { ProviderReview } from '../contract/backends.ts';
import { providerTypeSchema } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';
import type { ScriptDetails } from '../contract/provider-calls.ts';
import type { Keychain } from '../engine/keys/keychain.ts';
import { checkPath } from '../engine/script-data.ts';
import { readHost } from '../engine/script-grants.ts';
import { hashOf } from '../engine/script-source.ts';

export type ScriptEdits = ProviderEdits;

type EditDeps = {
  config: ConfigFile;
  keychain: Keychain;
  approvals: ScriptApprovals;
  userDir: string;
  onChange: () => void;
};

/** What a person changes about providers: parley.yaml, the keychain, and the scripts of the data directory. */
export function createProviderEdits(deps: EditDeps): ScriptEdits {
  const { config, userDir, onChange } = deps;
  return {
    async addBackend(backend) {
      await config.update(document => addBackend(document, backend));
    },
    ...createBackendEdits(deps),
    writeScript: (review, source, replace) => writeScript(review, source, replace, deps),
    removeScript: type => removeScript(type, deps),
    async grant(name, wanted) {
      const type = await typeNamed(name, deps);
      const approval = addGrant(await currentApproval(type, deps), wanted);
      await deps.approvals.set(type, approval);
      onChange();
      return { type, approval };
    },
    async revoke(type, grant) {
      const approval = await currentApproval(type, deps);
      await deps.approvals.set(type, withoutGrant(approval, grant));
      onChange();
    },
    describeScript: type => describeScript(type, deps),
    readScript: type => readIfThere(fileOf(type, userDir)),
    async approve(review, source) {
      if ((await readIfThere(join(userDir, `${review.type}.lua`))) !== source) {
        throw new AppError(
          'script_refused',
          `${review.type}.lua was changed meanwhile. Look at it once more.`,
        );
      }
      await deps.approvals.set(review.type, toApproval(review, source));
      onChange();
    },
    writeData: (files, replace) => writeData(files, replace, userDir),
  };
}

async function writeScript(
  review: ProviderReview,
  source: string,
  replace: boolean,
  deps: EditDeps,
): Promise<void> {
  const file = join(deps.userDir, `${review.type}.lua`);
  if (!replace && (await exists(file))) {
    throw new AppError(
      'script_refused',
      `There is a script ${review.type}.lua already. Choose to replace it, or give yours another file name.`,
    );
  }
  // The approval goes first: a script that is there without it has the default grants only, never the reverse.
  await deps.approvals.set(review.type, toApproval(review, source));
  await writeAtomically(file, source);
  deps.onChange();
}

async function removeScript(type: string, deps: EditDeps): Promise<{ moved_to: string }> {
  const file = fileOf(type, deps.userDir);
  if (!(await exists(file))) throw noSuchScript(type);
  const folder = join(deps.userDir, 'removed');
  await mkdir(folder, { recursive: true });
  const movedTo = join(folder, `${type}-${new Date().toISOString().replaceAll(':', '')}.lua`);
  await rename(file, movedTo);
  await deps.approvals.set(type, undefined);
  deps.onChange();
  return { moved_to: movedTo };
}

function toApproval({ hosts, env, keychain, sha256 }: ProviderReview, source: string): ScriptApproval {
  return { sha256, source, hosts, env, keychain, approved_at: new Date().toISOString() };
}

/** All are looked at before one is written. */
async function writeData(
  files: ReadonlyMap<string, string>,
  replace: boolean,
  userDir: string,
): Promise<void> {
  for (const [path, text] of files) {
    checkPath(path);
    const before = await readIfThere(join(userDir, path));
    if (replace || before === undefined || before === text) continue;
    throw new AppError(
      'script_refused',
      `There is another ${path} already, so nothing was imported. Add --replace to replace it.`,
    );
  }
  for (const [path, text] of files) {
    const file = join(userDir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, text);
  }
}

/** A script may be named by its own name or by that of a backend that uses it, as errors name it. */
async function typeNamed(name: string, { config, userDir }: EditDeps): Promise<string> {
  if (await exists(fileOf(name, userDir))) return name;
  return config.current().llm.backends.find(backend => backend.name === name)?.type ?? name;
}

/** What holds for the source on disk; one that was never approved, or was changed since, starts with nothing granted. */
async function currentApproval(type: string, { userDir, approvals }: EditDeps): Promise<ScriptApproval> {
  const source = await readIfThere(fileOf(type, userDir));
  if (source === undefined) throw noSuchScript(type);
  const sha256 = hashOf(source);
  const known = await approvals.get(type);
  if (known?.sha256 === sha256) return known;
  // What was last read stays: a grant does not mean that the rest was looked at.
  const read = known?.source ?? null;
  return { sha256, source: read, hosts: [], env: [], keychain: [], approved_at: new Date().toISOString() };
}

function addGrant(approval: ScriptApproval, wanted: string): ScriptApproval {
  const kind = wanted.startsWith('env:') ? 'env' : wanted.startsWith('keychain:') ? 'keychain' : 'hosts';
  const name = kind === 'hosts' ? readHost(wanted) : wanted.slice(wanted.indexOf(':') + 1);
  if (name === undefined) {
    throw new AppError(
      'invalid_request',
      `"${wanted}" is not a host. Write it like api.example.com or api.example.com:8443.`,
    );
  }
  if (name === '')
    throw new AppError('invalid_request', 'Say what to grant: a host, env:NAME or keychain:ACCOUNT.');
  return { ...approval, [kind]: [...new Set([...approval[kind], name])] };
}

async function describeScript(type: string, deps: EditDeps): Promise<ScriptDetails> {
  const { config, approvals, userDir } = deps;
  const file = fileOf(type, userDir);
  const source = await readIfThere(file);
  if (source === undefined) throw noSuchScript(type);
  const sha256 = hashOf(source);
  const read = (await approvals.get(type))?.source ?? null;
  const { hosts = [], env = [], keychain = [] } = (await approvals.grantsOf(type, sha256)) ?? {};
  const using = config.current().llm.backends.filter(backend => backend.type === type);
  return {
    type,
    file,
    source,
    sha256,
    approval: read === null ? 'none' : read === source ? 'current' : 'changed',
    hosts,
    env,
    keychain,
    backends: using.map(({ name, enabled }) => ({ name, enabled })),
  };
}

/** Throws not_found where it was not granted. */
function withoutGrant(approval: ScriptApproval, grant: string): ScriptApproval {
  const next = {
    ...approval,
    hosts: approval.hosts.filter(host => host !== grant),
    env: approval.env.filter(name => `env:${name}` !== grant),
    keychain: approval.keychain.filter(account => `keychain:${account}` !== grant),
  };
  const count = (of: ScriptApproval): number => of.hosts.length + of.env.length + of.keychain.length;
  if (count(next) < count(approval)) return next;
  throw new AppError(
    'not_found',
    `${grant} is not granted any more; the script was changed, or it was revoked.`,
  );
}

/** What a person types may hold a path, which leads nowhere. */
function fileOf(type: string, userDir: string): string {
  if (!providerTypeSchema.safeParse(type).success) throw noSuchScript(type);
  return join(userDir, `${type}.lua`);
}

function noSuchScript(type: string): AppError {
  return new AppError(
    'not_found',
    `There is no script ${type}.lua of your own in providers/; parley providers list shows all there are.`,
  );
}

function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
