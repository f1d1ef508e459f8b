import type { BackendCheck, BackendStatus } from '../../../electron/contract/backends.ts';
import { describeKeyOrigin } from '../../../electron/contract/keys.ts';

/** Where a backend's key comes from, as a phrase; never the key. */
export function keyPhrase(backend: BackendStatus): string {
  if (backend.key) return describeKeyOrigin(backend.key);
  return backend.needs_key ? 'none' : 'not needed';
}

/** The first thing that keeps a backend from working, as the core's own sentence; null where nothing is known to. */
export function backendProblem(backend: BackendStatus): string | null {
  if (!backend.enabled) return null;
  return backend.script_error?.message ?? backend.key_error?.message ?? null;
}

/** What a test found out, as one sentence. */
export function checkSentence(check: BackendCheck): string {
  if (!check.ok) return check.error ?? 'The test failed for an unknown reason.';
  const models = check.models === null ? null : `${check.models} ${check.models === 1 ? 'model' : 'models'}`;
  const latency = check.latency_ms === null ? null : `answered in ${Math.round(check.latency_ms)} ms`;
  return ['Works', latency, models].filter(part => part !== null).join(', ') + '.';
}

/** A free name for a new backend of this type. */
export function suggestName(type: string, taken: readonly string[]): string {
  if (!taken.includes(type)) return type;
  let number = 2;
  while (taken.includes(`${type}-${number}`)) number += 1;
  return `${type}-${number}`;
}
