import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { ProviderEdits } from './api/provider-handlers.ts';
import type { ConfigFile } from './config/config-file.ts';
import { addBackend, removeBackend, setBackendKey } from './config/edit-config.ts';
import type { ScriptApproval, ScriptApprovals } from './config/script-approvals.ts';
import { writeAtomically } from './config/write-atomically.ts';
import type { ProviderReview } from './contract/backends.ts';
import { AppError } from './contract/errors.ts';
import type { Keychain } from './engine/keys/keychain.ts';
import { hashOf } from './engine/load-backend.ts';

export type ScriptEdits = ProviderEdits & {
  /** Puts a user's script aside (into providers/removed) and takes its grants back. Throws not_found. */
  removeScript(type: string): Promise<{ moved_to: string }>;
  /** Grants a host, `env:NAME` or `keychain:ACCOUNT` to the script as it is on disk now. Throws not_found. */
  grant(type: string, wanted: string): Promise<ScriptApproval>;
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
      const account = `backend-${name}`;
      await keychain.set(account, key);
      await config.update(document => setBackendKey(document, name, `keychain:${account}`));
      onChange();
    },
    writeScript: (review, source, replace) => writeScript(review, source, replace, deps),
    removeScript: type => removeScript(type, deps),
    async grant(type, wanted) {
      const approval = addGrant(await currentApproval(type, userDir, deps.approvals), wanted);
      await deps.approvals.set(type, approval);
      onChange();
      return approval;
    },
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
  const { hosts, env, keychain, sha256 } = review;
  // The approval goes first: a script that is there without it has the default grants only, never the reverse.
  await deps.approvals.set(review.type, {
    sha256,
    source,
    hosts,
    env,
    keychain,
    approved_at: new Date().toISOString(),
  });
  await writeAtomically(file, source);
  deps.onChange();
}

async function removeScript(type: string, deps: EditDeps): Promise<{ moved_to: string }> {
  const file = join(deps.userDir, `${type}.lua`);
  if (!(await exists(file))) throw noSuchScript(type);
  const folder = join(deps.userDir, 'removed');
  await mkdir(folder, { recursive: true });
  const movedTo = join(folder, `${type}-${new Date().toISOString().replaceAll(':', '')}.lua`);
  await rename(file, movedTo);
  await deps.approvals.set(type, undefined);
  deps.onChange();
  return { moved_to: movedTo };
}

/** What holds for the source on disk; a source that was never approved, or was changed since, starts with nothing. */
async function currentApproval(
  type: string,
  userDir: string,
  approvals: ScriptApprovals,
): Promise<ScriptApproval> {
  const source = await readFile(join(userDir, `${type}.lua`), 'utf8').catch(() => {
    throw noSuchScript(type);
  });
  const sha256 = hashOf(source);
  const known = await approvals.get(type);
  if (known?.sha256 === sha256) return known;
  return { sha256, source, hosts: [], env: [], keychain: [], approved_at: new Date().toISOString() };
}

function addGrant(approval: ScriptApproval, wanted: string): ScriptApproval {
  const kind = wanted.startsWith('env:') ? 'env' : wanted.startsWith('keychain:') ? 'keychain' : 'hosts';
  const name = kind === 'hosts' ? hostOf(wanted) : wanted.slice(wanted.indexOf(':') + 1);
  if (name === '')
    throw new AppError('invalid_request', 'Say what to grant: a host, env:NAME or keychain:ACCOUNT.');
  return { ...approval, [kind]: [...new Set([...approval[kind], name])] };
}

/** `api.example.com`, with a port where it is not the usual one; a whole address is taken, too. */
function hostOf(wanted: string): string {
  const url = wanted.includes('://') ? wanted : `https://${wanted}`;
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '/' };
  if (host !== '' && (pathname === '/' || wanted.includes('://'))) return host;
  throw new AppError(
    'invalid_request',
    `"${wanted}" is not a host. Write it like api.example.com or api.example.com:8443.`,
  );
}

function noSuchScript(type: string): AppError {
  return new AppError(
    'not_found',
    `There is no script ${type}.lua of your own in providers/; parley providers list shows all there are.`,
  );
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
