import type { FirstStart } from '../contract/first-start-calls.ts';
import { AppError } from '../contract/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { ApiHandlers } from './create-api.ts';
import { freeName } from './provider-handlers.ts';
import type { ProviderEdits } from './provider-handlers.ts';

type FirstStartDeps = {
  engine: Pick<Engine, 'listBackends' | 'checkBackend'>;
  edits: Pick<ProviderEdits, 'addBackend' | 'saveKey' | 'removeBackend'>;
  lookAround: () => Promise<FirstStart>;
};

type FirstStartCalls = Extract<keyof ApiHandlers, `first_start.${string}`>;

export function createFirstStartHandlers(deps: FirstStartDeps): Pick<ApiHandlers, FirstStartCalls> {
  const { engine, lookAround } = deps;
  return {
    async 'first_start.look'() {
      const backends = await engine.listBackends();
      // Whoever has chosen is not asked again, and nobody's machine is searched without need.
      return backends.some(backend => !backend.demo) ? null : lookAround();
    },
    'first_start.use': input => useProvider(input, deps),
  };
}

/** What does not work is not left behind: the next try begins anew. */
async function useProvider(
  { type, url, api_key: key }: Parameters<ApiHandlers['first_start.use']>[0],
  { engine, edits }: FirstStartDeps,
): Promise<{ backend: string; models: number }> {
  const backend = freeName(type, await engine.listBackends());
  await edits.addBackend({ name: backend, type, ...(url === undefined ? {} : { url }) });
  try {
    if (key !== undefined) await edits.saveKey(backend, key);
    const { ok, error, models } = await engine.checkBackend(backend);
    if (ok && models !== 0) return { backend, models: models ?? 0 };
    throw new AppError(
      'upstream_unreachable',
      error ?? `${backend} has no models yet. Load one there, then try again.`,
    );
  } catch (error) {
    await edits.removeBackend(backend);
    throw error;
  }
}
