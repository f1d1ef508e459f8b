import { completionContent, finishReasonOf } from '../contract/completion.ts';
import type { Completion } from '../contract/completion.ts';
import type { ChatMessage } from '../contract/chats.ts';
import type { Delta } from '../contract/deltas.ts';
import { toErrorInfo } from '../contract/errors.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import type { Block } from '../contract/message.ts';
import type { DeltaStream } from '../engine/engine.ts';
import { createSeam } from './continuation.ts';
import { createThinkingClock } from './thinking-clock.ts';

/** What changes of a message while its answer arrives. */
export type AnswerState = Pick<
  ChatMessage,
  'content' | 'status' | 'finish_reason' | 'error' | 'usage' | 'call_id' | 'private'
>;

export type AnswerListener = {
  /** New deltas, at most every 25 ms; `batch` counts from 1. */
  batch(batch: number, deltas: Delta[]): void;
  /** The answer as it should stand on disk, at most every 200 ms and once at the end. */
  save(state: AnswerState): void;
};

export type RunningAnswer = {
  /** Hands out what is still held back and returns the answer as of that batch, or as it ended. */
  snapshot(): { state: AnswerState; batch: number };
  /** Resolves, never rejects, when the answer has ended and was saved. */
  ended: Promise<void>;
};

const batchMs = 25;
const saveMs = 200;

/** Follows one stream: deltas to the page in small batches, the text so far to disk before a quarter of a second has passed. */
export function runAnswer(
  open: () => Promise<DeltaStream>,
  listener: AnswerListener,
  /** Content of a cut answer this one goes on from; empty for a new answer. */
  base: readonly Block[] = [],
): RunningAnswer {
  let stream: DeltaStream | undefined;
  let saveTimer: NodeJS.Timeout | undefined;
  let final: AnswerState | undefined;
  const batches = createBatches((batch, deltas) => listener.batch(batch, deltas));
  const clock = createThinkingClock();
  const seam = base.length > 0 ? createSeam(base) : undefined;

  function save(): void {
    saveTimer = undefined;
    listener.save(describe('streaming'));
  }

  function take(delta: Delta): void {
    clock.take(delta);
    hold(seam ? seam.join(delta) : [delta]);
  }

  function hold(deltas: readonly Delta[]): void {
    if (deltas.length === 0) return;
    batches.hold(deltas);
    saveTimer ??= setTimeout(save, saveMs);
  }

  async function follow(): Promise<void> {
    let error: ErrorInfo | undefined;
    hold(seam?.opening ?? []);
    try {
      stream = await open();
      for await (const delta of stream.deltas) take(delta);
      error = stream.completion.error;
    } catch (thrown) {
      error = toErrorInfo(thrown);
    }
    hold(seam?.close() ?? []);
    batches.flush();
    clearTimeout(saveTimer);
    final = describe(endStatus(error), error);
    listener.save(final);
  }

  function describe(status: ChatMessage['status'], error?: ErrorInfo): AnswerState {
    const state = describeAnswer(stream?.completion, stream?.call_id, status, error);
    if (seam) return { ...state, content: seam.content(), private: null }; // it speaks of the rest alone
    return { ...state, content: clock.stamp(state.content) };
  }

  return {
    snapshot() {
      batches.flush();
      return { state: final ?? describe('streaming'), batch: batches.count() };
    },
    ended: follow(),
  };
}

type Batches = { hold(deltas: readonly Delta[]): void; flush(): void; count(): number };

/** Hands deltas on in batches that are counted from 1. */
function createBatches(send: (batch: number, deltas: Delta[]) => void): Batches {
  let held: Delta[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held.length === 0) return;
    const deltas = held;
    held = [];
    count += 1;
    send(count, deltas);
  };
  return {
    hold(deltas) {
      for (const delta of deltas) holdDelta(held, delta);
      timer ??= setTimeout(flush, batchMs);
    },
    flush,
    count: () => count,
  };
}

function describeAnswer(
  completion: Completion | undefined,
  callId: string | undefined,
  status: ChatMessage['status'],
  error: ErrorInfo | undefined,
): AnswerState {
  const isStopped = error === undefined || error.code === 'cancelled';
  return {
    content: completion ? completionContent(completion) : [],
    status,
    finish_reason: (completion && finishReasonOf(completion)) ?? null,
    error: isStopped ? null : error,
    usage: completion && Object.keys(completion.usage).length > 0 ? completion.usage : null,
    call_id: callId ?? null,
    private: completion && completion.private.length > 0 ? completion.private : null,
  };
}

function endStatus(error: ErrorInfo | undefined): ChatMessage['status'] {
  if (!error) return 'complete';
  return error.code === 'cancelled' ? 'cancelled' : 'error';
}

/** Text that continues the delta before it is joined to it: a fast model sends hundreds of pieces in one batch. */
function holdDelta(held: Delta[], delta: Delta): void {
  const last = held.at(-1);
  const continues =
    last?.type === 'block_delta' &&
    delta.type === 'block_delta' &&
    last.block === delta.block &&
    last.index === delta.index &&
    last.signature === undefined &&
    delta.signature === undefined;
  if (continues) last.delta = (last.delta ?? '') + (delta.delta ?? '');
  else held.push({ ...delta });
}
