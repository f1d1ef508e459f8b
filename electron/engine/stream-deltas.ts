import { applyDelta, emptyCompletion } from '../contract/completion.ts';
import type { Completion } from '../contract/completion.ts';
import type { Delta } from '../contract/deltas.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { Dialect, TargetModel, Warn } from '../dialects/dialect.ts';
import { AnswerReader } from './answer-reader.ts';
import type { Backend } from './backend-registry.ts';
import { buildRequest, modifyBody } from './build-request.ts';
import type { BuiltRequest } from './build-request.ts';
import { createDeltaQueue } from './delta-queue.ts';
import type { CallContext, DeltaStream } from './engine.ts';
import { statusOfError } from './record-call.ts';
import type { CallRecord } from './record-call.ts';
import type { Transport, UpstreamFlow } from './transport.ts';

const lingerMs = 1_000;

type StreamDeps = { backend: Backend; dialect: Dialect; transport: Transport; record: CallRecord };

/** Asks in our own words and answers in deltas. Throws what happens before the upstream has accepted. */
export async function streamDeltas(
  model: TargetModel,
  request: ChatRequest,
  context: CallContext,
  deps: StreamDeps,
): Promise<DeltaStream> {
  const release = deps.backend.lease();
  try {
    context.signal.throwIfAborted();
    const warnings: string[] = [];
    const built = await build(model, request, context, { ...deps, warn: field => warnings.push(field) });
    context.signal.throwIfAborted();
    return await send({ ...built, warnings }, request, context, deps, release);
  } catch (error) {
    const known = context.signal.aborted
      ? new AppError('cancelled', 'The call was stopped.')
      : toAppError(error);
    deps.record.end({ status: statusOfError(known, false), http_status: known.http_status, error: known });
    release();
    throw known;
  }
}

async function build(
  model: TargetModel,
  request: ChatRequest,
  context: CallContext,
  { backend, dialect, warn }: StreamDeps & { warn: Warn },
): Promise<BuiltRequest> {
  const encoded = dialect.client.encodeRequest(request, model, warn);
  const options = scriptOptions(request);
  const body = await modifyBody(backend, encoded, scriptContext(request), { ...options, model: model.id });
  return buildRequest(backend, {
    path: dialect.client.path(model, { stream: request.stream }),
    model: model.id,
    stream: request.stream,
    body: { type: 'json', value: body },
    options,
    ...(request.options.timeout_ms === undefined ? {} : { timeout_ms: request.options.timeout_ms }),
    ...(context.api_key === undefined ? {} : { callKey: context.api_key }),
  });
}

function send(
  built: BuiltRequest & { warnings: string[] },
  request: ChatRequest,
  context: CallContext,
  deps: StreamDeps,
  release: () => void,
): Promise<DeltaStream> {
  return new Promise((resolve, reject) => {
    const completion = emptyCompletion();
    let hasBegun = false;
    let flow: UpstreamFlow | undefined;
    const stop = (): void => flow?.abort();
    const queue = createDeltaQueue<Delta>({ highWater: 512, onDrain: () => flow?.resume(), onLeave: stop });
    const reader = new AnswerReader(
      { ...deps, key: built.key, stream: request.stream },
      {
        accepted() {
          hasBegun = true;
          resolve({ call_id: deps.record.id, warnings: built.warnings, deltas: queue.items, completion });
        },
        delta(delta) {
          if (delta.type === 'block_start' || delta.type === 'block_delta') deps.record.firstToken();
          applyDelta(completion, delta);
          return queue.push(delta);
        },
        done(error, status) {
          context.signal.removeEventListener('abort', stop);
          // Time for the connection to end by itself, and so to be used again.
          setTimeout(stop, lingerMs).unref();
          if (!hasBegun) {
            reject(error ?? new AppError('incomplete_stream', `${deps.backend.config.name} sent no answer.`));
            return;
          }
          release();
          recordEnd(completion, error, status, deps.record);
          if (error) pushError(error);
          queue.close();
        },
      },
    );
    flow = deps.transport.send(built.request, reader);
    if (context.signal.aborted) stop();
    else context.signal.addEventListener('abort', stop, { once: true });

    function pushError({ code, message, http_status: status }: AppError): void {
      if (completion.error) return; // the upstream's own error frame has said it already
      const delta: Delta = {
        type: 'error',
        error: { code, message, ...(status === undefined ? {} : { http_status: status }) },
      };
      applyDelta(completion, delta);
      queue.push(delta);
    }
  });
}

function recordEnd(
  completion: Completion,
  error: AppError | undefined,
  status: number,
  record: CallRecord,
): void {
  const said = completion.error ? new AppError(completion.error.code, completion.error.message) : undefined;
  const known = error ?? said;
  record.end({
    status: known ? statusOfError(known, true) : 'ok',
    http_status: known?.http_status ?? status,
    error: known,
    model_answered: completion.model,
    usage: completion.usage,
  });
}

/** What modify_body gets to see of the conversation. */
function scriptContext(request: ChatRequest): JsonObject {
  const context = { system: request.system ?? null, messages: request.messages, tools: request.tools ?? [] };
  return JSON.parse(JSON.stringify(context)) as JsonObject; // our own types are JSON but for fields left out
}

function scriptOptions(request: ChatRequest): JsonObject {
  return JSON.parse(JSON.stringify({ ...request.options, stream: request.stream })) as JsonObject; // as above
}
