import { AppError } from '../../contract/errors.ts';
import type { CallContext } from '../engine.ts';
import type { BuiltRequest } from '../build-request.ts';
import type { CallOutcome } from '../record-call.ts';
import type { Transport } from '../transport.ts';
import type { BackendHealth } from './backend-health.ts';
import type { OpenTarget } from './open-target.ts';

/** One upstream asked once, with one key. */
export type AttemptAsked = OpenTarget & {
  context: CallContext;
  /** Which of the backend's several keys. */
  key_index: number | undefined;
  transport: Transport;
};

/**
 * What an attempt reports to its call: `sends`, then either `fails`, and the call decides who is asked next, or `begins`
 * and `ends`, and nobody else is asked. Nothing is reported before the function that started it has returned.
 */
export type AttemptHost = {
  call_id: string;
  /** How many attempts there were, this one included. */
  attempts: number;
  sends(built: BuiltRequest): void;
  /** The first byte of the answer is about to be handed on. */
  begins(): void;
  /** The first piece of the answer itself is there. */
  firstToken(): void;
  /** `status` is the upstream's; 0 where it sent none. */
  fails(error: AppError, status: number): void;
  ends(outcome: CallOutcome): void;
};

export type AttemptFlow = {
  resume(): void;
  /** Ends the attempt, if it has not ended: it fails, or its answer is cut, with `cancelled`. */
  abort(): void;
};

/** How a target is asked. */
export type AttemptWay = {
  start(asked: AttemptAsked, host: AttemptHost): AttemptFlow;
  /** The answer has begun. */
  begins?(): void;
  /** Whether the upstream's status shows that this way leads nowhere: the same target is asked at once in the next one. */
  isClosed?(status: number): boolean;
};

/** Finds the way for a target. Throws what is wrong with the request. */
export type AttemptWays = (open: OpenTarget, health: BackendHealth) => AttemptWay;

export const stopped = (): AppError => new AppError('cancelled', 'The call was stopped.');
