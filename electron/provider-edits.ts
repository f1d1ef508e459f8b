import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { ProviderEdits } from './api/provider-handlers.ts';
import type { ConfigFile } from './config/config-file.ts';
import { addBackend, removeBackend, setBackendKey } from './config/edit-config.ts';
import type { ScriptApproval, ScriptApprovals } from './config/script-approvals.ts';
import { writeAtomically } from './config/write-atomically.ts';
import type { ProviderReview } from './contract/backends.ts';
import { providerTypeSchema } from './contract/config.ts';
import { AppError } from './contract/errors.ts';
import type { Keychain } from './engine/keys/keychain.ts';
import { checkPath } from './engine/script-data.ts';
import { accountOfBackend, readHost } from './engine/script-grants.ts';
import { hashOf } from './engine/script-source.ts';

export type ScriptEdits = ProviderEdits & {
  /** Puts a user's script aside (into providers/removed) and takes its grants back. Throws not_found. */
  removeScript(type: string): Promise<{ moved_to: string }>;
  /**
   * Grants a host, `env:NAME` or `keychain:ACCOUNT` to the script as it is on disk now; it is named by its type, or by a
   * backend that uses it. Throws not_found.
   */
  grant(name: string, wanted: string): Promise<{ type: string; approval: ScriptApproval }>;
  /** A script of the user's own as it is on disk now; undefined where there is none. */
  readScript(type: string): Promise<string | undefined>;
  /** Grants a reviewed script that lies in its place already what the review names. Throws script_refused where it was changed meanwhile. */
  approve(review: ProviderReview, source: string): Promise<void>;
  /** Puts JSON files where a script reads them. Throws script_refused where another one is there and `replace` is false. */
  writeData(files: ReadonlyMap<string, string>, replace: boolean): Promise<void>;
};

type EditDeps = {
  config: ConfigFile;
  keychain: Keychain;
  approvals: ScriptApprovals;
  userDir: string;
  onChange: () => void;
};

/** What a person changes about providers: parley.yaml, the keychain, and the scripts of the data directory. */
export function createProviderEdits(deps: EditDeps): ScriptEdits {
  const { config, keychain, userDir, onChange } = deps;
  return {
    async addBackend(backend) {
      await config.update(document => addBackend(document, backend));
    },
    async removeBackend(name) {
      await config.update(document => removeBackend(document, name));
    },
    async saveKey(name, key) {
      if (!config.current().llm.backends.some(backend => backend.name === name)) {
        throw new AppError(
          'unknown_backend',
          `There is no backend named "${name}" in parley.yaml. Add it first, then its key.`,
        );
      }
      const account = accountOfBackend(name);
      await keychain.set(account, key);
      await config.update(document => setBackendKey(document, name, `keychain:${account}`));
      onChange();
    },
    writeScript: (review, source, replace) => writeScript(review, source, replace, deps),
    removeScript: type => removeScript(type, deps),
    async grant(name, wanted) {
      const type = await typeNamed(name, deps);
      const approval = addGrant(await currentApproval(type, deps), wanted);
      await deps.approvals.set(type, approval);
      onChange();
      return { type, approval };
    },
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
