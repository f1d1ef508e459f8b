import type { BackendCheck, BackendStatus } from '../../../electron/contract/backends.ts';
import type { CoreError } from '../../ui/error-words.ts';

export type BackendState =
  | 'disabled'
  | 'script_error'
  | 'no_key'
  | 'key_error'
  | 'paused'
  | 'unreachable'
  | 'changed'
  | 'ready';

/** What a backend is in, the worst first; `problem` is why its models could not be listed. */
export function backendState(backend: BackendStatus, problem: CoreError | undefined): BackendState {
  if (!backend.enabled) return 'disabled';
  if (backend.script_error) return 'script_error';
  if (backend.key_error) return backend.key_error.code === 'no_api_key' ? 'no_key' : 'key_error';
  if (backend.circuit?.state === 'open') return 'paused';
  if (problem && problem.code !== 'upstream_timeout') return 'unreachable';
  return backend.approval === 'changed' ? 'changed' : 'ready';
}

/** The first thing that keeps a backend from working, null where nothing is known to. */
export function backendProblem(backend: BackendStatus, problem?: CoreError): CoreError | null {
  if (!backend.enabled) return null;
  return backend.script_error ?? backend.key_error ?? problem ?? null;
}

export type StepState = 'done' | 'failed' | 'running' | 'waiting';
export type CheckStep = { step: 'script' | 'key' | 'reachable' | 'models'; state: StepState };

/** Where a test stands: `check` is what is known by now, null before anything is. */
export function checkSteps(check: BackendCheck | null, isDone: boolean): CheckStep[] {
  if (!check) return toSteps(['running', 'waiting', 'waiting', 'waiting']);
  if (isDone && check.ok) return toSteps(['done', 'done', 'done', 'done']);
  if (check.script_error) return toSteps(['failed', 'waiting', 'waiting', 'waiting']);
  if (check.key_error) return toSteps(['done', 'failed', 'waiting', 'waiting']);
  const now = isDone ? 'failed' : 'running';
  // Of a list that failed it is known that somebody was there.
  if (check.latency_ms === null) return toSteps(['done', 'done', now, 'waiting']);
  return toSteps(['done', 'done', 'done', now]);
}

function toSteps(states: readonly [StepState, StepState, StepState, StepState]): CheckStep[] {
  const [script, key, reachable, models] = states;
  return [
    { step: 'script', state: script },
    { step: 'key', state: key },
    { step: 'reachable', state: reachable },
    { step: 'models', state: models },
  ];
}

/** A free name for a new backend of this type. */
export function suggestName(type: string, taken: readonly string[]): string {
  if (!taken.includes(type)) return type;
  let number = 2;
  while (taken.includes(`${type}-${number}`)) number += 1;
  return `${type}-${number}`;
}

/** The names after one was moved before the place of another, or by so many places. */
export function moveName(names: readonly string[], name: string, to: number): string[] {
  const others = names.filter(each => each !== name);
  const at = Math.max(0, Math.min(to, others.length));
  return [...others.slice(0, at), name, ...others.slice(at)];
}
