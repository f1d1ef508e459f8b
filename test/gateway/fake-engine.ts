import { applyDelta, emptyCompletion } from '../../electron/contract/completion.ts';
import type { Completion } from '../../electron/contract/completion.ts';
import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError, toAppError } from '../../electron/contract/errors.ts';
import type { Model } from '../../electron/contract/models.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import type { PassthroughRequest } from '../../electron/dialects/dialect.ts';
import type { GatewayDeps } from '../../electron/gateway/gateway-deps.ts';
import type {
  ByteSink,
  CallContext,
  CallListener,
  ModelList,
  Plan,
  Question,
  Target,
  StopSignal,
} from '../../electron/engine/engine.ts';

type GatewayEngine = GatewayDeps['engine'];

/** What a scripted upstream gets to see and to write. */
export type PassedAsk = {
  request: PassthroughRequest;
  context: CallContext;
  sink: ByteSink;
  /** As the engine fails a call nobody answered. */
  fail: (error: AppError) => void;
  /** Called by the gateway when the tool has read on. */
  onResume: (listener: () => void) => void;
};

export type FakeEngine = GatewayEngine & {
  contexts: CallContext[];
  requests: ChatRequest[];
  /** Bodies as the upstream would get them. */
  bodies: string[];
};

export type FakeEngineOptions = {
  pass?: (ask: PassedAsk) => void;
  deltas?: (
    request: ChatRequest,
    context: CallContext,
  ) => AsyncIterable<Delta> | Promise<AsyncIterable<Delta>>;
  models?: ModelList;
};

/**
 * An engine without a network. `raw/…` passes bytes (scripted by `pass`), `hooked/…` answers in deltas (scripted by
 * `deltas`), everything else is unknown.
 */
export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const engine: FakeEngine = {
    contexts: [],
    requests: [],
    bodies: [],
    async resolveModel(name): Promise<Plan> {
      const [backend = '', ...rest] = name.split('/');
      if (backend !== 'raw' && backend !== 'hooked') {
        throw new AppError('unknown_model', `There is no model named "${name}".`);
      }
      return { candidates: [{ backend, model: rest.join('/') }], warnings: [] };
    },
    answer({ candidates: [candidate] }, question, context, listener) {
      const target: Target = {
        ...candidate,
        dialect: 'openai_completions',
        passes_bytes: candidate.backend === 'raw',
      };
      engine.contexts.push(context);
      listener.asks?.(target, 1);
      let resume = (): void => {};
      if (target.passes_bytes && question.bytes) {
        const { request, sink } = question.bytes;
        engine.bodies.push(Buffer.concat(request.rewrite(target.model)).toString());
        setImmediate(() => {
          (options.pass ?? answerWhole)({
            request,
            context,
            sink,
            fail: error => listener.fail(error),
            onResume: onResume => {
              resume = onResume;
            },
          });
        });
      } else void answerInWords(target, question, context, listener);
      return { resume: () => resume() };
    },
    async targetOf(candidate) {
      return { ...candidate, dialect: 'openai_completions', passes_bytes: candidate.backend === 'raw' };
    },
    async embed() {
      throw new AppError('invalid_request', 'This engine has no embeddings.');
    },
    async countTokens({ candidates: [candidate] }) {
      return { target: await engine.targetOf(candidate), tokens: 1, origin: 'estimated' };
    },
    async getModel(name) {
      const found = (await engine.listModels()).models.find(({ id }) => id === name);
      if (found) return found;
      throw new AppError('unknown_model', `There is no model named "${name}".`);
    },
    async listModels() {
      return options.models ?? { models: [model('raw', 'a/b-1')], problems: [] };
    },
  };
  return engine;

  async function answerInWords(
    target: Target,
    question: Question,
    context: CallContext,
    listener: CallListener,
  ): Promise<void> {
    try {
      const request = question.words(target);
      engine.requests.push(request);
      const completion = emptyCompletion();
      const source = await (options.deltas ?? sayHello)(request, context);
      const call = { call_id: 'call-hooked', target, attempts: 1, warnings: [] };
      listener.deltas({ ...call, deltas: fold(source, completion), completion });
    } catch (error) {
      listener.fail(toAppError(error));
    }
  }
}

async function* fold(deltas: AsyncIterable<Delta>, completion: Completion): AsyncIterable<Delta> {
  for await (const delta of deltas) {
    applyDelta(completion, delta);
    yield delta;
  }
}

export function model(backend: string, id: string, facts: Partial<Model> = {}): Model {
  return {
    id: `${backend}/${id}`,
    name: id,
    backend,
    provider: backend,
    dialect: 'openai_completions',
    demo: false,
    ...facts,
  };
}

export const wholeAnswer = {
  id: 'chatcmpl-up',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'upstream-name',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  made_up_field: { kept: true },
};

function answerWhole({ sink }: PassedAsk): void {
  const text = Buffer.from(JSON.stringify(wholeAnswer));
  sink.head(200, { 'content-type': 'application/json', 'content-length': String(text.length) });
  sink.data(text);
  sink.end();
}

export function chunkFrame(content: string, finish: string | null = null): Buffer {
  const chunk = {
    id: 'chatcmpl-up',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'upstream-name',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  };
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

export async function* sayHello(): AsyncIterable<Delta> {
  yield { type: 'message', id: 'up-1', model: 'upstream-name' };
  yield { type: 'block_delta', block: 'text', index: 0, delta: 'Hel' };
  yield { type: 'block_delta', block: 'text', index: 0, delta: 'lo.' };
  yield { type: 'message', finish_reason: 'stop', usage: { input_tokens: 3, output_tokens: 2 } };
}

/** Resolves when the signal is aborted. */
export function aborted(signal: StopSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
