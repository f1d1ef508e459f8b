import type { ServerResponse } from 'node:http';

import type { AppError } from '../contract/errors.ts';
import type { PassingMap } from '../contract/passing-map.ts';
import type { Dialect, EncoderContext } from '../dialects/dialect.ts';
import type { StopSignal } from '../engine/engine.ts';
import { sendError } from './send-answer.ts';
import { StopSwitch } from './stop-switch.ts';

/** A call between its request and the end of its answer. */
export type OpenCall = {
  response: ServerResponse;
  dialect: Dialect;
  /** Aborted when the tool is gone or the call is cut. */
  signal: StopSignal;
  /** What the answer, good or bad, says of the call: its id, and who answered. */
  headers: Record<string, string>;
  /** Tells the tool that there is no (further) answer. */
  fail(error: AppError): void;
  /**
   * How it is told from now on, since part of the answer is out. A call, and not a field to set: V8 makes a function that is
   * written straight into a field an old object, which keeps its whole call in memory until the next full collection.
   */
  failBy(fail: (error: AppError) => void): void;
  /** Ends the call from our side: tells the tool, and stops the upstream. */
  cut(error: AppError): void;
};

// What tells one from another while they are open.
let openedCalls = 0;

export function openCall(
  response: ServerResponse,
  dialect: Dialect,
  open: PassingMap<number, OpenCall>,
): OpenCall {
  const signal = new StopSwitch();
  let fail = (error: AppError): void => {
    if (isOver(response)) return;
    // A refusal whose request is still being thrown away has said all there is to say.
    if (response.headersSent) response.destroy();
    else sendError(response, call.dialect, error, call.headers);
  };
  const call: OpenCall = {
    response,
    dialect,
    signal,
    headers: {},
    fail(error) {
      fail(error);
    },
    failBy(other) {
      fail = other;
    },
    cut(error) {
      call.fail(error);
      signal.stop();
    },
  };
  openedCalls += 1;
  const number = openedCalls;
  open.set(number, call);
  response.once('close', () => {
    open.delete(number);
    // The tool went away before its answer was complete.
    if (!response.writableFinished) signal.stop();
  });
  return call;
}

/** Whether nothing more can be written: the answer is complete, or its reader is gone. */
export function isOver(response: ServerResponse): boolean {
  return response.writableEnded || response.destroyed;
}

/** For frames of our own in an answer that was to be the upstream's, of which nothing more is known. */
export function lateContext({ headers }: Pick<OpenCall, 'headers'>, now: number): EncoderContext {
  return {
    id: headers['x-request-id'] ?? '',
    model: headers['parley-model'] ?? '',
    created: Math.floor(now / 1000),
    wants_usage: false,
  };
}
