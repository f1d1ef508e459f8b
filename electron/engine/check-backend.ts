import { performance } from 'node:perf_hooks';

import type { Approval, BackendCheck, BackendStatus } from '../contract/backends.ts';
import { AppError, toAppError, toErrorInfo } from '../contract/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Backend, BackendLine, BackendRegistry } from './backend-registry.ts';
import { buildGet, keyOption } from './build-request.ts';
import { fetchText } from './fetch-text.ts';
import { scriptName } from './hook-request.ts';
import { fetchModels } from './list-models.ts';
import type { FetchDeps } from './list-models.ts';
import { redactKey } from './redact-key.ts';
import type { LibraryScript, ScriptLibrary } from './script-library.ts';
import type { Transport } from './transport.ts';
import { errorText } from './upstream-text.ts';

export type CheckDeps = FetchDeps & {
  backends: BackendRegistry;
  library: ScriptLibrary;
  /** What a person last reviewed of a script of their own; null where that never happened. */
  approvedSource?: ((type: string) => Promise<string | null>) | undefined;
  /** Without user and password; null where it is reached directly. */
  proxyOf?: ((url: string) => Promise<string | null>) | undefined;
};

const healthTimeoutMs = 10_000;
/** A server without that page, or one that is busy: calls may work all the same. */
const saysNothing: ReadonlySet<number> = new Set([404, 405, 408, 429]);

/** One backend as far as it is known without asking the upstream. Never throws: what is broken stands in the status. */
export async function describeBackend(line: BackendLine, deps: CheckDeps): Promise<BackendStatus> {
  const status: BackendStatus = {
    name: line.name,
    type: line.type,
    title: line.name,
    script: null,
    script_file: null,
    base_url: line.url ?? null,
    enabled: line.enabled,
    demo: line.demo,
    needs_key: false,
    key: null,
    key_error: null,
    script_error: null,
  };
  try {
    const script = await deps.library.read(line.type);
    status.script = script.origin;
    status.script_file = script.path;
    const approval = await findApproval(script, deps.approvedSource);
    if (approval !== undefined) status.approval = approval;
    const backend = await deps.backends.get(line.name);
    const { title, auth, keyOptional } = backend.description;
    status.title = title || line.name;
    status.base_url = backend.base_url;
    status.needs_key = auth.type !== 'none' && !keyOptional;
    return { ...status, ...(await describeKeyOf(backend)) };
  } catch (error) {
    return { ...status, script_error: toErrorInfo(error) };
  }
}

/** Told after each step of a check what is known by then. */
export type OnStep = (check: BackendCheck) => void;

type AskDeps = Omit<CheckDeps, 'backends' | 'library' | 'approvedSource'>;

/** Real requests, step by step; the first thing that is broken is the check's `error`. */
export async function checkBackend(
  line: BackendLine,
  deps: CheckDeps,
  signal?: AbortSignal,
  onStep?: OnStep,
): Promise<BackendCheck> {
  const status = await describeBackend(line, deps);
  const problem = status.script_error ?? status.key_error;
  if (problem) return { ...startCheck(status), error: problem.message };
  try {
    return await checkOpenBackend(await deps.backends.get(line.name), status, deps, signal, onStep);
  } catch (error) {
    return { ...startCheck(status), error: toAppError(error).message };
  }
}

/** The same for a backend whose script is loaded. Does not throw. */
export async function checkOpenBackend(
  backend: Backend,
  status: BackendStatus,
  deps: AskDeps,
  signal?: AbortSignal,
  onStep?: OnStep,
): Promise<BackendCheck> {
  const check = startCheck(status);
  try {
    const proxy = await deps.proxyOf?.(backend.base_url);
    if (typeof proxy === 'string') check.proxy = proxy;
    onStep?.({ ...check });
    const release = backend.lease();
    try {
      await askBackend(backend, check, deps, signal, onStep);
    } finally {
      release();
    }
    return { ...check, ok: true };
  } catch (error) {
    const { code, message } = toAppError(error);
    return { ...check, reachable: check.reachable ?? whatErrorsTell[code] ?? null, error: message };
  }
}

function startCheck(status: BackendStatus): BackendCheck {
  return { ...status, ok: false, error: null, reachable: null, models: null, latency_ms: null };
}

/** Whether an error shows that somebody was there; others come before anything is sent. */
const whatErrorsTell: Partial<Record<ErrorCode, boolean>> = {
  upstream_unreachable: false,
  upstream_timeout: false,
  http_error: true,
  upstream_not_json: true,
};

async function askBackend(
  backend: Backend,
  check: BackendCheck,
  deps: AskDeps,
  signal: AbortSignal | undefined,
  onStep: OnStep | undefined,
): Promise<void> {
  const started = performance.now();
  await checkHealth(backend, deps.transport, signal);
  check.reachable = true;
  check.latency_ms = Math.round((performance.now() - started) * 10) / 10;
  onStep?.({ ...check });
  check.models = await countModels(backend, deps, signal);
}

/** Whether a script of the person's own is the one they reviewed; undefined for one shipped with the app. */
export async function findApproval(
  { type, origin, text }: LibraryScript,
  approvedSource: CheckDeps['approvedSource'],
): Promise<Approval | undefined> {
  if (origin === 'built-in') return undefined;
  const approved = (await approvedSource?.(type)) ?? null;
  if (approved === null) return 'none';
  return approved === text ? 'current' : 'changed';
}

async function describeKeyOf(backend: Backend): Promise<Pick<BackendStatus, 'key' | 'key_error'>> {
  try {
    const resolved = await backend.resolveKey();
    return { key: resolved?.origin ?? null, key_error: null };
  } catch (error) {
    return { key: null, key_error: toErrorInfo(error) };
  }
}

/** Somebody is there, and takes the key where the script names a path that tells. */
async function checkHealth(
  backend: Backend,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { name } = backend.config;
  if (backend.description.hooks.has('health_check')) return askScript(backend);
  const { request, key } = await buildGet(backend, backend.description.health_path, healthTimeoutMs);
  const { status, body } = await fetchText(transport, request, signal === undefined ? {} : { signal });
  const said = redactKey(errorText(body), key);
  if (status >= 500) {
    throw new AppError(
      'http_error',
      `${name} is there but answers ${String(status)}${said}; its server has a problem of its own.`,
      { http_status: status },
    );
  }
  // `/` is often closed to everybody, or not there.
  if (status < 400 || backend.description.health_path === '/' || saysNothing.has(status)) return;
  const what =
    status === 401 || status === 403 ? 'refuses the key' : 'refuses the request, perhaps for its key';
  throw new AppError('http_error', `${name} ${what} (${String(status)})${said}. Check it under Providers.`, {
    http_status: status,
  });
}

async function askScript(backend: Backend): Promise<void> {
  const resolved = await backend.resolveKey();
  const [isHealthy] = await backend.script.call('health_check', [], keyOption(resolved?.key ?? null));
  if (isHealthy === true) return;
  throw new AppError(
    'upstream_unreachable',
    `${scriptName(backend)}: health_check says ${backend.config.name} is not well.`,
  );
}

/** null where the upstream has no list of models, which breaks nothing. */
async function countModels(
  backend: Backend,
  deps: AskDeps,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  try {
    return (await fetchModels(backend, deps, signal)).models.length;
  } catch (error) {
    const { http_status: status } = toAppError(error);
    if (status === 404 || status === 405) return null;
    throw error;
  }
}
