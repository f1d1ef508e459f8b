import { applyDelta, emptyCompletion } from '../../electron/contract/completion.ts';
import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import type { CallContext, DeltaStream, Engine } from '../../electron/engine/engine.ts';

/** One answer under the test's control. */
export type FakeAnswer = {
  request: ChatRequest;
  context: CallContext;
  push(...deltas: Delta[]): void;
  /** Ends the answer; with an error as the engine ends one. */
  end(error?: AppError): void;
};

export type FakeEngine = Pick<Engine, 'resolveModel' | 'streamDeltas'> & {
  /** Every answer that was asked for, in order. */
  answers: FakeAnswer[];
};

export function text(delta: string): Delta {
  return { type: 'block_delta', block: 'text', index: 0, delta };
}

/** Answers when the test says so; knows every model but those of the backend `nowhere`. */
export function createFakeEngine(): FakeEngine {
  const answers: FakeAnswer[] = [];
  return {
    answers,
    resolveModel: name =>
      name.startsWith('nowhere/')
        ? Promise.reject(new AppError('unknown_model', `There is no model named "${name}".`))
        : Promise.resolve({ candidates: [{ backend: 'fake', model: name }], warnings: [] }),
    streamDeltas: (_plan, request, context) => Promise.resolve(openStream(request, context, answers)),
  };
}

function openStream(request: ChatRequest, context: CallContext, answers: FakeAnswer[]): DeltaStream {
  const waiting: Delta[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  const completion = emptyCompletion();
  const answer: FakeAnswer = {
    request,
    context,
    push(...deltas) {
      for (const delta of deltas) applyDelta(completion, delta);
      waiting.push(...deltas);
      wake();
    },
    end(error) {
      if (isOver) return;
      if (error) answer.push({ type: 'error', error: { code: error.code, message: error.message } });
      isOver = true;
      wake();
    },
  };
  context.signal.addEventListener('abort', () =>
    answer.end(new AppError('cancelled', 'The call was stopped.')),
  );
  answers.push(answer);
  return {
    call_id: `call-${String(answers.length)}`,
    target: { backend: 'fake', model: 'm', dialect: 'openai_completions', passes_bytes: true },
    attempts: 1,
    warnings: [],
    deltas: read(),
    completion,
  };

  async function* read(): AsyncGenerator<Delta> {
    for (;;) {
      const next = waiting.shift();
      if (next) yield next;
      else if (isOver) return;
      else await new Promise<void>(resolve => (wake = resolve));
    }
  }
}
