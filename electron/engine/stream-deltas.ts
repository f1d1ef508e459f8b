import { applyDelta, emptyCompletion } from '../contract/completion.ts';
import type { Completion } from '../contract/completion.ts';
import type { Delta } from '../contract/deltas.ts';
import { AppError, toAppError, toErrorInfo } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { Dialect, TargetModel, Warn } from '../dialects/dialect.ts';
import { getDialect } from '../dialects/registry.ts';
import { AnswerReader } from './answer-reader.ts';
import type { AnswerListener } from './answer-reader.ts';
import { buildRequest, modifyBody } from './build-request.ts';
import type { BuiltRequest } from './build-request.ts';
import { createDeltaQueue } from './delta-queue.ts';
import type { DeltaQueue } from './delta-queue.ts';
import type { DeltaStream } from './engine.ts';
import { statusOfError } from './record-call.ts';
import { stopped } from './routing/attempt.ts';
import type { AttemptAsked, AttemptFlow, AttemptHost } from './routing/attempt.ts';
import type { OpenTarget } from './routing/open-target.ts';
import type { UpstreamFlow } from './transport.ts';

const lingerMs = 1_000;

/** Asks in our own words; `begun` gets the answer when the first piece of it is there. */
export function streamDeltas(
  asked: AttemptAsked,
  request: ChatRequest,
  begun: (stream: DeltaStream) => void,
  host: AttemptHost,
): AttemptFlow {
  const attempt = new DeltaAttempt(asked, request, begun, host);
  void attempt.send().catch((error: unknown) => attempt.done(toAppError(error), 0));
  return attempt;
}

/** One request in our own words, and its answer on the way to whoever reads the deltas. */
class DeltaAttempt implements AnswerListener, AttemptFlow {
  readonly #asked: AttemptAsked;
  readonly #request: ChatRequest;
  readonly #begun: (stream: DeltaStream) => void;
  readonly #host: AttemptHost;
  readonly #completion: Completion = emptyCompletion();
  readonly #warnings: string[] = [];
  readonly #queue: DeltaQueue<Delta>;
  readonly #release: () => void;
  #flow: UpstreamFlow | undefined;
  #reader: AnswerReader | undefined;
  #hasBegun = false;
  #isOver = false;

  constructor(
    asked: AttemptAsked,
    request: ChatRequest,
    begun: (stream: DeltaStream) => void,
    host: AttemptHost,
  ) {
    this.#asked = asked;
    this.#request = request;
    this.#begun = begun;
    this.#host = host;
    this.#queue = createDeltaQueue<Delta>({
      highWater: 512,
      onDrain: () => this.resume(),
      onLeave: () => this.abort(),
    });
    this.#release = asked.backend.lease();
  }

  async send(): Promise<void> {
    const { backend, target, transport, context } = this.#asked;
    const dialect = getDialect(target.dialect);
    const built = await build(this.#asked, this.#request, dialect, field => this.#warnings.push(field));
    if (this.#isOver) return; // stopped meanwhile
    this.#warnings.push(...built.dropped);
    this.#host.sends(built);
    const { stream } = this.#request;
    this.#reader = new AnswerReader(
      { backend, dialect, key: built.key, stream, request: this.#request, trace: context.trace },
      this,
    );
    this.#flow = transport.send(built.request, this.#reader);
  }

  resume(): void {
    this.#reader?.resume();
    this.#flow?.resume();
  }

  ready(): void {
    this.#flow?.resume();
  }

  abort(): void {
    if (this.#flow) this.#flow.abort();
    else this.done(stopped(), 0);
  }

  delta(delta: Delta): boolean {
    if (this.#isOver) return true;
    if (!this.#hasBegun && delta.type === 'error') {
      const { code, message, ...details } = delta.error;
      this.done(new AppError(code, message, details), details.http_status ?? 200);
      return true;
    }
    if (!this.#hasBegun && tellsSomething(delta)) this.#begin();
    if (delta.type === 'block_start' || delta.type === 'block_delta') this.#host.firstToken();
    applyDelta(this.#completion, delta);
    return this.#queue.push(delta);
  }

  done(error: AppError | undefined, status: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#release();
    if (!this.#hasBegun) {
      this.#flow?.abort(); // an answer nobody reads on costs money
      this.#host.fails(error ?? this.#noAnswer(), status);
      return;
    }
    this.#letGo();
    this.#recordEnd(error, status);
    if (error) this.#pushError(error);
    this.#queue.close();
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#host.begins();
    this.#begun({
      call_id: this.#host.call_id,
      target: this.#asked.target,
      attempts: this.#host.attempts,
      warnings: this.#warnings,
      deltas: this.#queue.items,
      completion: this.#completion,
    });
  }

  /** Time for the connection to end by itself, and so to be used again. */
  #letGo(): void {
    const flow = this.#flow;
    // Most have ended by themselves a moment later.
    setImmediate(() => {
      if (flow && !flow.isOver()) setTimeout(() => flow.abort(), lingerMs).unref();
    });
  }

  #pushError(error: AppError): void {
    if (this.#completion.error) return; // the upstream's own error frame has said it already
    const delta: Delta = { type: 'error', error: toErrorInfo(error) };
    applyDelta(this.#completion, delta);
    this.#queue.push(delta);
  }

  #recordEnd(error: AppError | undefined, status: number): void {
    const { error: said, model, usage } = this.#completion;
    const known = error ?? (said && new AppError(said.code, said.message));
    this.#host.ends({
      status: known ? statusOfError(known, true) : 'ok',
      http_status: known?.http_status ?? status,
      error: known,
      model_answered: model,
      usage,
    });
  }

  #noAnswer(): AppError {
    return new AppError('incomplete_stream', `${this.#asked.target.backend} sent no answer.`);
  }
}

/** Whether a reader of the answer would notice it: the upstream's name for the model alone can be taken back. */
function tellsSomething(delta: Delta): boolean {
  switch (delta.type) {
    case 'block_start':
      return true;
    case 'block_delta':
      return delta.delta !== '' || delta.signature !== undefined;
    case 'message':
      return delta.finish_reason !== undefined;
    case 'error':
      return false;
  }
}

async function build(
  { backend, target, facts, context, key_index: keyIndex }: AttemptAsked,
  request: ChatRequest,
  dialect: Dialect,
  warn: Warn,
): Promise<BuiltRequest> {
  const model = targetModel(target.model, facts);
  const encoded = dialect.client.encodeRequest(request, model, warn);
  context.trace?.step('encode_request', { body: encoded });
  const { hooks } = backend.description;
  const options = hooks.size === 0 ? {} : scriptOptions(request);
  const body = hooks.has('modify_body')
    ? await modifyBody(backend, encoded, scriptContext(request), { ...options, model: model.id })
    : encoded;
  context.trace?.step('modify_body', { body });
  return buildRequest(backend, {
    path: dialect.client.path(model, { stream: request.stream }),
    model: model.id,
    stream: request.stream,
    body: { type: 'json', value: body },
    options,
    headers: target.dialect === context.dialect_in ? context.headers : undefined,
    keyIndex,
    trace: context.trace,
    ...(request.options.timeout_ms === undefined ? {} : { timeout_ms: request.options.timeout_ms }),
    ...(context.api_key === undefined ? {} : { callKey: context.api_key }),
  });
}

function targetModel(id: string, facts: OpenTarget['facts']): TargetModel {
  return {
    id,
    ...(facts?.reasoning === undefined ? {} : { reasoning: facts.reasoning }),
    ...(facts?.max_output_tokens === undefined ? {} : { max_output_tokens: facts.max_output_tokens }),
  };
}

/** What modify_body gets to see of the conversation. */
function scriptContext(request: ChatRequest): JsonObject {
  const context = { system: request.system ?? null, messages: request.messages, tools: request.tools ?? [] };
  return JSON.parse(JSON.stringify(context)) as JsonObject; // our own types are JSON but for fields left out
}

function scriptOptions(request: ChatRequest): JsonObject {
  return JSON.parse(JSON.stringify({ ...request.options, stream: request.stream })) as JsonObject; // as above
}
