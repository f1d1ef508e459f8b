import type { BackendStatus } from '../contract/backends.ts';
import { AppError } from '../contract/errors.ts';
import type { Alias, AliasProblem, BackendUse, providerCalls } from '../contract/provider-calls.ts';
import { splitModelName } from '../contract/models.ts';
import type { Engine } from '../engine/engine.ts';
import { readerOfFiles } from '../engine/provider-desk.ts';
import type { Store } from '../store/open-store.ts';
import type { ApiHandlers } from './create-api.ts';
import type { ProviderEdits } from './provider-handlers.ts';

type Deps = { engine: Engine; store: Pick<Store, 'calls' | 'usage'>; edits: ProviderEdits; now?: () => Date };

/** How far back a backend's newest call may be, for what is said of how it ended. */
const recentDays = 45;
/** How many calls of the ledger are looked through for what happened last. */
const recentCalls = 500;

/** Calls of the pages about backends, keys, scripts and models. */
export function createBackendHandlers(deps: Deps): Pick<ApiHandlers, keyof typeof providerCalls> {
  const { engine, store, edits, now = () => new Date() } = deps;
  return {
    'backends.use': () => summarizeUse(store, now()),
    async 'backends.update'({ name, enabled, url }) {
      await edits.updateBackend(name, {
        ...(enabled === undefined ? {} : { enabled }),
        ...(url === undefined ? {} : { url }),
      });
      return statusOf(name, engine);
    },
    async 'backends.duplicate'({ name, copy }) {
      await edits.duplicateBackend(name, copy);
      return statusOf(copy, engine);
    },
    async 'backends.reorder'({ names }) {
      await edits.reorderBackends(names);
      return {};
    },
    async 'backends.restore'({ name }) {
      await edits.restoreBackend(name);
      return statusOf(name, engine);
    },
    'catalogue.list': () => engine.listCatalogue(),
    ...keyHandlers(deps),
    ...scriptHandlers(deps),
    'aliases.list': () => listAliases(deps),
    async 'aliases.save'(alias) {
      await edits.saveAlias(alias);
      return {};
    },
    async 'aliases.remove'({ name }) {
      await edits.removeAlias(name);
      return {};
    },
    async 'models.hide'({ id, hidden }) {
      await edits.hideModel(id, hidden);
      return {};
    },
  };
}

type KeyCalls = Extract<keyof typeof providerCalls, `keys.${string}`>;

function keyHandlers({ engine, edits }: Deps): Pick<ApiHandlers, KeyCalls> {
  return {
    'keys.list': ({ name }) => engine.listKeys(name),
    async 'keys.add'({ name, api_key: key, where }) {
      await edits.addKey(name, key, where);
      return engine.listKeys(name);
    },
    async 'keys.add_reference'({ name, reference }) {
      await edits.addReference(name, reference.trim());
      return engine.listKeys(name);
    },
    async 'keys.remove'({ name, number, count }) {
      await edits.removeKey(name, { number, count });
      return engine.listKeys(name);
    },
    'keys.test': ({ name, tier, number, api_key: key }) =>
      engine.checkKey(name, { tier, number, api_key: key }),
  };
}

type ScriptCalls = Extract<keyof typeof providerCalls, `scripts.${string}`>;

function scriptHandlers({ engine, edits }: Deps): Pick<ApiHandlers, ScriptCalls> {
  return {
    'scripts.get': ({ type }) => edits.describeScript(type),
    async 'scripts.review'({ type }) {
      const source = await readOwn(type, edits);
      return { review: await engine.inspectProvider(`${type}.lua`, source), source };
    },
    async 'scripts.approve'({ type, sha256 }) {
      const source = await readOwn(type, edits);
      const review = await engine.inspectProvider(`${type}.lua`, source);
      if (review.sha256 !== sha256) {
        throw new AppError('script_refused', `${type}.lua was changed meanwhile. Look at it once more.`);
      }
      await edits.approve(review, source);
      return edits.describeScript(type);
    },
    async 'scripts.grant'({ type, grant }) {
      await edits.grant(type, grant.trim());
      return edits.describeScript(type);
    },
    async 'scripts.revoke'({ type, grant }) {
      await edits.revoke(type, grant);
      return edits.describeScript(type);
    },
    async 'scripts.enable'({ type, enabled }) {
      await edits.enableType(type, enabled);
      return edits.describeScript(type);
    },
    'scripts.remove': ({ type }) => edits.removeScript(type),
    async 'scripts.try'({ file_name: fileName, source, files, sha256, url, api_key: key }) {
      const review = await engine.inspectProvider(fileName, source, readerOfFiles(files));
      if (review.sha256 === sha256) {
        return engine.tryScript({ review, source, files, url: url || undefined, api_key: key || undefined });
      }
      throw new AppError('script_refused', 'This is not the script that was reviewed. Drop it again.');
    },
  };
}

async function statusOf(name: string, engine: Engine): Promise<BackendStatus> {
  const status = (await engine.listBackends()).find(backend => backend.name === name);
  if (!status) throw new AppError('unknown_backend', `There is no backend named "${name}" any more.`);
  return status;
}

async function readOwn(type: string, edits: ProviderEdits): Promise<string> {
  const source = await edits.readScript(type);
  if (source !== undefined) return source;
  throw new AppError('not_found', `There is no script ${type}.lua of your own in providers/ any more.`);
}

/** This calendar month's calls by backend, and how the newest one of the last weeks ended. */
function summarizeUse({ usage }: Deps['store'], now: Date): Promise<BackendUse[]> {
  const month = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 7);
  const recent = new Date(now.getTime() - recentDays * 86_400_000).toISOString().slice(0, 10);
  return usage.ask('backendUse', { month, recent });
}

async function listAliases({ engine, store, edits }: Deps): Promise<Alias[]> {
  const [backends, { models, problems }] = await Promise.all([
    engine.listBackends(),
    engine.listModels({ patience_ms: 3_000, hidden: true }),
  ]);
  const listed = new Set(models.map(({ id }) => id));
  const unlisted = new Set(problems.map(({ backend }) => backend));
  const problemOf = (target: string): AliasProblem | null => {
    const name = splitModelName(target)?.backend ?? target;
    const backend = backends.find(each => each.name === name);
    if (!backend) return { type: 'no_backend', backend: name };
    if (!backend.enabled) return { type: 'disabled', backend: name };
    const error = backend.script_error ?? backend.key_error;
    if (error) return { type: 'error', error };
    if (unlisted.has(name) || listed.has(target) || listed.size === 0) return null;
    return { type: 'not_listed', backend: name };
  };
  const recent = store.calls.list({ limit: recentCalls }).calls;
  return Object.entries(edits.aliases()).map(([name, targets]) => {
    const last = recent.find(call => call.model_asked === name && call.status === 'ok');
    return {
      name,
      targets: targets.map(model => ({ model, problem: problemOf(model) })),
      last_answer: last
        ? { model: `${last.backend}/${last.model_answered ?? ''}`, at: last.started_at }
        : null,
    };
  });
}
