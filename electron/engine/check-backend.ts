import { performance } from 'node:perf_hooks';

import type { BackendCheck, BackendStatus } from '../contract/backends.ts';
import { AppError, toAppError, toErrorInfo } from '../contract/errors.ts';
import type { Backend, BackendLine, BackendRegistry } from './backend-registry.ts';
import { joinUrl, plainHeaders } from './build-request.ts';
import { fetchText } from './fetch-text.ts';
import { fetchModels } from './list-models.ts';
import type { ScriptLibrary } from './script-library.ts';
import type { Transport } from './transport.ts';

type CheckDeps = { backends: BackendRegistry; library: ScriptLibrary; transport: Transport };

const healthTimeoutMs = 10_000;

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
    Object.assign(status, { script: script.origin, script_file: script.path });
    const backend = await deps.backends.get(line.name);
    status.title = backend.description.title || line.name;
    status.base_url = backend.base_url;
    status.needs_key = backend.description.auth.type !== 'none';
    return { ...status, ...(await describeKeyOf(backend)) };
  } catch (error) {
    return { ...status, script_error: toErrorInfo(error) };
  }
}

/** Real requests, step by step; the first thing that is broken is the check's `error`. */
export async function checkBackend(
  line: BackendLine,
  deps: CheckDeps,
  signal?: AbortSignal,
): Promise<BackendCheck> {
  const status = await describeBackend(line, deps);
  const check: BackendCheck = {
    ...status,
    ok: false,
    error: null,
    reachable: null,
    models: null,
    latency_ms: null,
  };
  const problem = status.script_error ?? status.key_error;
  if (problem) return { ...check, error: problem.message };
  try {
    const backend = await deps.backends.get(line.name);
    const started = performance.now();
    await checkHealth(backend, deps.transport, signal);
    check.reachable = true;
    check.latency_ms = Math.round((performance.now() - started) * 10) / 10;
    check.models = await countModels(backend, deps.transport, signal);
    return { ...check, ok: true };
  } catch (error) {
    const { code, message } = toAppError(error);
    const unreached = code === 'upstream_unreachable' || code === 'upstream_timeout';
    return { ...check, reachable: check.reachable ?? !unreached, error: message };
  }
}

async function describeKeyOf(backend: Backend): Promise<Pick<BackendStatus, 'key' | 'key_error'>> {
  try {
    const resolved = await backend.resolveKey();
    return { key: resolved?.origin ?? null, key_error: null };
  } catch (error) {
    return { key: null, key_error: toErrorInfo(error) };
  }
}

/** Any answer below 500 shows that somebody is there: many vendors have no page at `/`. */
async function checkHealth(
  backend: Backend,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { name, type } = backend.config;
  if (backend.description.hooks.has('health_check')) {
    const [isHealthy] = await backend.script.call('health_check', []);
    if (isHealthy === true) return;
    throw new AppError(
      'upstream_unreachable',
      `providers/${type}.lua: health_check says ${name} is not well.`,
    );
  }
  const { headers } = await plainHeaders(backend);
  const answer = await fetchText(
    transport,
    {
      backend: name,
      method: 'GET',
      url: joinUrl(backend.base_url, backend.description.health_path),
      headers,
      timeout_ms: Math.min(healthTimeoutMs, backend.timeout_ms),
    },
    signal === undefined ? {} : { signal },
  );
  // A path of the script's own choosing tells about the key; `/` is often closed to everybody.
  if ((answer.status === 401 || answer.status === 403) && backend.description.health_path !== '/') {
    throw new AppError(
      'http_error',
      `${name} refuses the key (${String(answer.status)}). Check it under Providers.`,
    );
  }
  if (answer.status >= 500) {
    throw new AppError(
      'http_error',
      `${name} is there but answers ${String(answer.status)}; its server has a problem of its own.`,
    );
  }
}

/** null where the upstream has no list of models, which breaks nothing. */
async function countModels(
  backend: Backend,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  try {
    return (await fetchModels(backend, transport, signal)).models.length;
  } catch (error) {
    const { http_status: status } = toAppError(error);
    if (status === 404 || status === 405) return null;
    throw error;
  }
}
