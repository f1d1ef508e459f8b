import type { AppError } from '../contract/errors.ts';
import type { PassingMap } from '../contract/passing-map.ts';
import type { Dialect, EncoderContext } from '../dialects/dialect.ts';
import type { StopSignal } from '../engine/engine.ts';
import type { ToolResponse } from './plain/tool-exchange.ts';
import { sendError } from './send-answer.ts';
import { StopSwitch } from './stop-switch.ts';

/** A call between its request and the end of its answer. */
export type OpenCall = {
  response: ToolResponse;
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
  /** Ends it for what was thrown on its way, at whatever time; what should never happen is for the log, and the tool is told without details. */
  giveUp(thrown: unknown): void;
};

// What tells one from another while they are open.
let openedCalls = 0;

export function openCall(
  response: ToolResponse,
  dialect: Dialect,
  open: PassingMap<number, OpenCall>,
  onThrown: (thrown: unknown, call: OpenCall) => void,
): OpenCall {
  const call = new CallOfTool(response, dialect, onThrown);
  openedCalls += 1;
  const number = openedCalls;
  open.add(number, call);
  // It comes but once; taking listeners away costs some of a small call.
  response.on('close', () => {
    open.delete(number);
    // The tool went away before its answer was complete.
    if (!response.writableFinished) call.signal.stop();
  });
  return call;
}

class CallOfTool implements OpenCall {
  readonly response: ToolResponse;
  readonly dialect: Dialect;
  readonly signal = new StopSwitch();
  readonly headers: Record<string, string> = {};
  readonly #onThrown: (thrown: unknown, call: OpenCall) => void;
  #failLate: ((error: AppError) => void) | undefined;

  constructor(response: ToolResponse, dialect: Dialect, onThrown: (thrown: unknown, call: OpenCall) => void) {
    this.response = response;
    this.dialect = dialect;
    this.#onThrown = onThrown;
  }

  fail(error: AppError): void {
    const { response } = this;
    if (this.#failLate) this.#failLate(error);
    else if (isOver(response)) return;
    // A refusal whose request is still being thrown away has said all there is to say.
    else if (response.headersSent) response.destroy();
    else sendError(response, this.dialect, error, this.headers);
  }

  failBy(fail: (error: AppError) => void): void {
    this.#failLate = fail;
  }

  cut(error: AppError): void {
    this.fail(error);
    this.signal.stop();
  }

  giveUp(thrown: unknown): void {
    this.#onThrown(thrown, this);
  }
}

/** Whether nothing more can be written: the answer is complete, or its reader is gone. */
export function isOver(response: ToolResponse): boolean {
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
