import type { CircuitStatus } from '../../contract/backends.ts';

/** How an attempt got in: in the ordinary way, or as the one that finds out whether the backend is well again. */
export type CircuitEntry = 'normal' | 'probe';

/** Keeps calls away from a backend that fails again and again, so that they fail, or go elsewhere, at once. */
export type CircuitBreaker = {
  /** Undefined: stay away. Each entry is given back with exactly one of the three below. */
  enter(): CircuitEntry | undefined;
  /** The backend answered, be it with a refusal. */
  succeed(): void;
  fail(entry: CircuitEntry): void;
  /** Nothing was learned of the backend. */
  leave(entry: CircuitEntry): void;
  /** Milliseconds until the next call may try; 0 where it may now. */
  waitMs(): number;
  status(): CircuitStatus;
};

const failuresToOpen = 5;
/** Short at first: on a desk the usual reason is a local server that is just being started. */
const firstOpenMs = 5_000;
const longestOpenMs = 60_000;
/** Some models think for minutes before their first word: a call that tries does not keep the others out so long. */
const probeMs = 10_000;

type State =
  | { type: 'closed' }
  | { type: 'open'; until: number; openMs: number }
  | { type: 'half_open'; openMs: number; probedAt: number };

export function createCircuitBreaker(now: () => number): CircuitBreaker {
  let state: State = { type: 'closed' };
  let failures = 0;

  const open = (openMs: number): void => {
    state = { type: 'open', until: now() + openMs, openMs };
  };
  const probe = (openMs: number): CircuitEntry => {
    state = { type: 'half_open', openMs, probedAt: now() };
    return 'probe';
  };

  return {
    enter() {
      switch (state.type) {
        case 'closed':
          return 'normal';
        case 'open':
          return now() < state.until ? undefined : probe(state.openMs);
        case 'half_open':
          return now() < state.probedAt + probeMs ? undefined : probe(state.openMs);
      }
    },
    succeed() {
      failures = 0;
      state = { type: 'closed' };
    },
    fail(entry) {
      failures += 1;
      if (state.type === 'closed' && failures >= failuresToOpen) open(firstOpenMs);
      // Others that were under way when it opened tell nothing new.
      else if (state.type === 'half_open' && entry === 'probe')
        open(Math.min(state.openMs * 2, longestOpenMs));
    },
    leave(entry) {
      if (entry === 'probe' && state.type === 'half_open')
        state = { type: 'open', until: now(), openMs: state.openMs };
    },
    waitMs() {
      if (state.type === 'closed') return 0;
      return Math.max(0, (state.type === 'open' ? state.until : state.probedAt + probeMs) - now());
    },
    status() {
      const wait = state.type === 'open' ? Math.max(0, state.until - now()) : null;
      return {
        state: state.type,
        failures,
        retry_at: wait === null ? null : new Date(Date.now() + wait).toISOString(),
      };
    },
  };
}
