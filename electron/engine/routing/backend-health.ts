import type { BackendStatus } from '../../contract/backends.ts';
import { AppError } from '../../contract/errors.ts';
import type { BackendLine } from '../backend-registry.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { CircuitBreaker, CircuitEntry } from './circuit-breaker.ts';
import { classifyFailure, isBackendDown } from './classify-failure.ts';
import { createKeyRing } from './key-ring.ts';
import type { KeyRing } from './key-ring.ts';

/** How calls to one backend have fared lately. */
export type BackendHealth = {
  circuit: CircuitBreaker;
  /** Undefined where it has one key or none. */
  keys: KeyRing | undefined;
  /** Addresses it has turned out not to have, each with the model it was asked for. */
  lacks: Set<string>;
};

export type HealthBook = {
  of(line: BackendLine): BackendHealth;
  /** What is known of a backend that was called. */
  describe(line: BackendLine): Pick<BackendStatus, 'circuit' | 'resting_keys'>;
};

const overLimitRestMs = 30_000;
/** So that a key that needs no rest is still not the next one. */
const shortestRestMs = 1_000;
const refusedRestMs = 5 * 60_000;
const longestRestMs = 60 * 60_000;

/** Kept by the line of parley.yaml: whoever changes the settings of a backend starts afresh. */
export function createHealthBook(now: () => number): HealthBook {
  const known = new WeakMap<BackendLine, BackendHealth>();
  return {
    of(line) {
      let health = known.get(line);
      if (!health) {
        const { api_key: key } = line;
        const keys = Array.isArray(key) && key.length > 1 ? createKeyRing(key.length, now) : undefined;
        health = { circuit: createCircuitBreaker(now), keys, lacks: new Set() };
        known.set(line, health);
      }
      return health;
    },
    describe(line) {
      const health = known.get(line);
      if (!health) return {};
      const circuit = health.circuit.status();
      return health.keys ? { circuit, resting_keys: health.keys.resting() } : { circuit };
    },
  };
}

/** An attempt and the key it was made with, where there are several. */
type Tried = { health: BackendHealth; entry: CircuitEntry; key_index?: number | undefined };

/** The answer has begun. */
export function noteAnswer({ health, key_index: index }: Tried): void {
  health.circuit.succeed();
  if (index !== undefined) health.keys?.wake(index);
}

/** The attempt failed before its answer began; `status` is the upstream's, 0 where it sent none. */
export function noteFailure(tried: Tried, error: AppError, status: number): void {
  const { health, entry, key_index: index } = tried;
  if (isBackendDown(error, status)) health.circuit.fail(entry);
  else if (status > 0) health.circuit.succeed();
  else health.circuit.leave(entry);
  const rest = restOf(error, status);
  if (rest !== undefined && index !== undefined) health.keys?.rest(index, rest);
}

/** How long, in milliseconds, a key rests that was refused or is over its limit: as the upstream said, within reason. */
function restOf(error: AppError, status: number): number | undefined {
  const isRefused = classifyFailure(error, status) === 'key';
  if (!isRefused && error.http_status !== 429) return undefined;
  const said = error.retry_after_ms ?? (isRefused ? refusedRestMs : overLimitRestMs);
  return Math.min(Math.max(said, shortestRestMs), longestRestMs);
}

export function circuitOpen(backend: string, { circuit }: BackendHealth): AppError {
  const wait = circuit.waitMs();
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  return new AppError(
    'circuit_open',
    `${backend} has failed ${String(circuit.status().failures)} times in a row and is left alone for another ${String(seconds)} s. Try again then, or test it under Providers.`,
    { http_status: 503, retry_after_ms: wait },
  );
}
