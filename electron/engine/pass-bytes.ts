import { AppError } from '../contract/errors.ts';
import type { Dialect, PassthroughRequest, PassthroughScanner } from '../dialects/dialect.ts';
import type { Backend } from './backend-registry.ts';
import { buildRequest } from './build-request.ts';
import type { ByteFlow, ByteSink, CallContext, Target } from './engine.ts';
import { statusOfError } from './record-call.ts';
import type { CallRecord } from './record-call.ts';
import { decodeUpstreamError } from './decode-upstream-error.ts';
import { redactKey } from './redact-key.ts';
import type { ResponseHeaders, Transport, UpstreamFlow, UpstreamSink } from './transport.ts';

type PassDeps = { backend: Backend; dialect: Dialect; transport: Transport; record: CallRecord };

const maxErrorBody = 256 * 1024;
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
];

/** Sends a tool's own bytes and hands the answer's bytes on as they come; the ledger's row is read off on the way. */
export function passBytes(
  target: Target,
  request: PassthroughRequest,
  context: CallContext,
  sink: ByteSink,
  deps: PassDeps,
): ByteFlow {
  const release = deps.backend.lease();
  let flow: UpstreamFlow | undefined;
  const finish = (failed: boolean): void => {
    context.signal.removeEventListener('abort', stop);
    release();
    if (failed) flow?.abort(); // an answer nobody reads on costs money
  };
  const passage = new Passage(request, sink, deps, finish);
  const stop = (): void => {
    flow?.abort();
    passage.fail(new AppError('cancelled', 'The call was stopped.'));
  };
  if (context.signal.aborted) {
    stop();
    return { call_id: deps.record.id, resume: () => undefined };
  }
  context.signal.addEventListener('abort', stop, { once: true });
  void sendWhenBuilt().catch((error: unknown) => passage.fail(error));
  return { call_id: deps.record.id, resume: () => flow?.resume() };

  async function sendWhenBuilt(): Promise<void> {
    const { backend, dialect, transport } = deps;
    const built = await buildRequest(backend, {
      path: dialect.client.path({ id: target.model }, { stream: request.stream }),
      model: target.model,
      stream: request.stream,
      body: { type: 'bytes', value: request.rewrite(target.model) },
      ...(context.api_key === undefined ? {} : { callKey: context.api_key }),
    });
    if (context.signal.aborted) return;
    passage.key = built.key;
    flow = transport.send(built.request, passage);
  }
}

/** The answer to one passed request, on its way from the upstream to the tool. */
class Passage implements UpstreamSink {
  key: string | null = null;
  readonly #request: PassthroughRequest;
  readonly #sink: ByteSink;
  readonly #deps: PassDeps;
  readonly #finish: (failed: boolean) => void;
  #scanner: PassthroughScanner | undefined;
  #status = 0;
  #headers: ResponseHeaders = {};
  #headSent = false;
  #started = false;
  #isDone = false;
  #errorBody: Buffer[] | undefined;
  #errorSize = 0;

  constructor(
    request: PassthroughRequest,
    sink: ByteSink,
    deps: PassDeps,
    finish: (failed: boolean) => void,
  ) {
    this.#request = request;
    this.#sink = sink;
    this.#deps = deps;
    this.#finish = finish;
  }

  head(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
    const type = String(headers['content-type'] ?? '');
    if (status >= 300 || type.startsWith('text/html')) {
      this.#errorBody = [];
      return;
    }
    const stream = this.#request.stream && !type.startsWith('application/json');
    this.#scanner = this.#deps.dialect.passthrough.createScanner({
      stream,
      strip_usage: this.#request.usage_added,
    });
  }

  data(chunk: Buffer): boolean {
    if (this.#isDone) return true;
    if (this.#errorBody) {
      if ((this.#errorSize += chunk.length) <= maxErrorBody) this.#errorBody.push(chunk);
      return true;
    }
    const passed = this.#scanner?.push(chunk) ?? chunk;
    if (!this.#started) this.#noticeStart();
    if (!this.#request.stream) this.#deps.record.firstToken(); // a whole answer is read at its end only
    if (this.#isDone || passed.length === 0) return true;
    this.#sendHead();
    return this.#sink.data(passed);
  }

  end(): void {
    if (this.#isDone) return;
    if (this.#errorBody) {
      this.fail(this.#readError(this.#errorBody));
      return;
    }
    const rest = this.#scanner?.end() ?? Buffer.alloc(0);
    const facts = this.#scanner?.facts();
    if (facts?.error !== undefined) {
      // The error frame itself has reached the tool already, in its own dialect.
      this.#finishWith(
        new AppError(
          'stream_error',
          `${this.#name} reported an error in its answer: ${this.#clean(facts.error)}`,
        ),
      );
    } else if (!facts?.finished) {
      if (rest.length > 0 && this.#headSent) this.#sink.data(rest);
      this.fail(
        new AppError(
          'incomplete_stream',
          `${this.#name} ended its answer before it was finished. What had arrived is kept.`,
        ),
      );
      return;
    } else this.#finishWith(undefined);
    this.#sendHead();
    if (rest.length > 0) this.#sink.data(rest);
    this.#sink.end();
  }

  fail(error: unknown): void {
    if (this.#isDone) return;
    const known =
      error instanceof AppError ? error : new AppError('internal', String(error), { cause: error });
    this.#finishWith(known);
    this.#sink.fail(known);
  }

  /** An error as the very first frame becomes a real status; the tool has seen nothing yet. */
  #noticeStart(): void {
    const facts = this.#scanner?.facts();
    if (facts?.started) {
      this.#started = true;
      this.#deps.record.firstToken();
    } else if (facts?.error !== undefined && !this.#headSent) {
      const message = `${this.#name} answered with an error: ${this.#clean(facts.error)}`;
      const status = facts.error_status === undefined ? {} : { http_status: facts.error_status };
      this.fail(new AppError('stream_error', message, status));
    }
  }

  #sendHead(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    const headers = { ...this.#headers };
    for (const name of hopByHop) delete headers[name];
    if (this.#request.usage_added) delete headers['content-length'];
    this.#sink.head(this.#status, headers);
  }

  #finishWith(error: AppError | undefined): void {
    this.#isDone = true;
    this.#finish(error !== undefined);
    const facts = this.#scanner?.facts();
    this.#deps.record.end({
      status: error ? statusOfError(error, this.#headSent) : 'ok',
      http_status: error?.http_status ?? (this.#status || undefined),
      error,
      model_answered: facts?.model,
      usage: facts?.usage,
    });
  }

  #readError(body: Buffer[]): AppError {
    const text = this.#clean(Buffer.concat(body).toString('utf8'));
    return decodeUpstreamError(this.#deps, this.#status, this.#headers, text);
  }

  #clean(text: string): string {
    return redactKey(text, this.key);
  }

  get #name(): string {
    return this.#deps.backend.config.name;
  }
}
