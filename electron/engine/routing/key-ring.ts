import type { RestingKey } from '../../contract/backends.ts';

/** Several keys of one backend, used in turn; indexes count from 0. */
export type KeyRing = {
  /** The key whose turn it is among those that do not rest; when all do, the one that has rested first. */
  take(): number;
  /** Whether there is one that does not rest. */
  hasReady(): boolean;
  /** Leaves a key alone for a while; a longer rest it already has stays. */
  rest(index: number, milliseconds: number): void;
  /** The key was taken: it needs no rest. */
  wake(index: number): void;
  resting(): RestingKey[];
};

export function createKeyRing(size: number, now: () => number): KeyRing {
  const restsUntil = Array.from({ length: size }, () => 0);
  let turn = 0;
  const isReady = (index: number, time: number): boolean => (restsUntil[index] ?? 0) <= time;
  return {
    take() {
      const time = now();
      let soonest = turn;
      for (let step = 0; step < size; step += 1) {
        const index = (turn + step) % size;
        if (isReady(index, time)) {
          turn = (index + 1) % size;
          return index;
        }
        if ((restsUntil[index] ?? 0) < (restsUntil[soonest] ?? 0)) soonest = index;
      }
      return soonest;
    },
    hasReady() {
      const time = now();
      return restsUntil.some((_until, index) => isReady(index, time));
    },
    rest(index, milliseconds) {
      restsUntil[index] = Math.max(restsUntil[index] ?? 0, now() + milliseconds);
    },
    wake(index) {
      restsUntil[index] = 0;
    },
    resting() {
      const time = now();
      return restsUntil.flatMap((until, index) =>
        until > time ? [{ number: index + 1, until: new Date(Date.now() + until - time).toISOString() }] : [],
      );
    },
  };
}
