import { AppError, toAppError } from '../contract/errors.ts';
import { getDialect } from '../dialects/registry.ts';
import type {
  Dialect,
  PassthroughFacts,
  PassthroughRequest,
  PassthroughScanner,
} from '../dialects/dialect.ts';
import { buildRequest } from './build-request.ts';
import type { BuiltRequest } from './build-request.ts';
import { decodeUpstreamError } from './decode-upstream-error.ts';
import type { ByteSink } from './engine.ts';
import { joinBytes } from './join-bytes.ts';
import { optionsOfBytes } from './options-of-bytes.ts';
import { statusOfError } from './record-call.ts';
import { redactKey } from './redact-key.ts';
import { stopped } from './routing/attempt.ts';
import type { AttemptAsked, AttemptFlow, AttemptHost } from './routing/attempt.ts';
import type { ResponseHeaders, UpstreamFlow, UpstreamSink } from './transport.ts';

const maxErrorBody = 256 * 1024;

/** Sends a tool's own bytes and hands the answer's bytes on as they come; the ledger's row is read off on the way. */
export function passBytes(
  asked: AttemptAsked,
  request: PassthroughRequest,
  sink: ByteSink,
  host: AttemptHost,
): AttemptFlow {
  const passage = new Passage(asked, request, sink, host);
  passage.send();
  return passage;
}

/** One passed request, and its answer on the way from the upstream to the tool. */
class Passage implements UpstreamSink, AttemptFlow {
  readonly #asked: AttemptAsked;
  readonly #request: PassthroughRequest;
  readonly #sink: ByteSink;
  readonly #host: AttemptHost;
  readonly #dialect: Dialect;
  readonly #release: () => void;
  #flow: UpstreamFlow | undefined;
  #isSending = true;
  #key: string | null = null;
  #scanner: PassthroughScanner | undefined;
  #status = 0;
  #headers: ResponseHeaders = {};
  #headSent = false;
  #started = false;
  /** An upstream may answer with one document although a stream was asked for: that is judged as a whole. */
  #isStream = false;
  #isDone = false;
  #errorBody: Buffer[] | undefined;
  #errorSize = 0;
  /** A whole answer is one chunk behind: most are one chunk long, and one that turns out broken can be asked for again. */
  #held: Buffer | undefined;

  constructor(asked: AttemptAsked, request: PassthroughRequest, sink: ByteSink, host: AttemptHost) {
    this.#asked = asked;
    this.#request = request;
    this.#sink = sink;
    this.#host = host;
    this.#dialect = getDialect(asked.target.dialect);
    this.#release = asked.backend.lease();
  }

  send(): void {
    try {
      const building = this.#build();
      if (building instanceof Promise) {
        const late = (error: unknown): void => this.fail(toAppError(error));
        building.then(built => this.#sendBuilt(built)).catch(late);
      } else this.#sendBuilt(building);
    } catch (error) {
      this.fail(toAppError(error));
    }
    this.#isSending = false;
  }

  #build(): BuiltRequest | Promise<BuiltRequest> {
    const { backend, target, context, key_index: keyIndex } = this.#asked;
    const request = this.#request;
    const value = request.rewrite(target.model);
    return buildRequest(backend, {
      path: this.#dialect.client.path({ id: target.model }, { stream: request.stream }),
      other_path: request.address?.path,
      model: target.model,
      stream: request.stream,
      body: { type: 'bytes', value },
      options: () =>
        optionsOfBytes(this.#dialect, joinBytes(value), { model: target.model, stream: request.stream }),
      headers: context.headers,
      keyIndex,
      callKey: context.api_key,
    });
  }

  #sendBuilt(built: BuiltRequest): void {
    if (this.#isDone) return; // stopped meanwhile
    this.#key = built.key;
    this.#host.sends(built);
    this.#flow = this.#asked.transport.send(built.request, this);
  }

  resume(): void {
    this.#flow?.resume();
  }

  abort(): void {
    this.#flow?.abort();
    this.fail(stopped());
  }

  head(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
    const type = String(headers['content-type'] ?? '');
    if (status >= 300 || type.startsWith('text/html')) {
      this.#errorBody = [];
      return;
    }
    const { address = this.#dialect.passthrough, edits_answer: editsAnswer } = this.#request;
    this.#isStream = this.#request.stream && !type.startsWith('application/json');
    this.#scanner = address.createScanner({ stream: this.#isStream, strip_usage: editsAnswer });
  }

  data(chunk: Buffer): boolean {
    if (this.#isDone) return true;
    if (this.#errorBody) {
      if ((this.#errorSize += chunk.length) <= maxErrorBody) this.#errorBody.push(chunk);
      return true;
    }
    const passed = this.#scanner?.push(chunk) ?? chunk;
    if (!this.#started) this.#noticeStart();
    if (!this.#isStream) this.#host.firstToken(); // a whole answer is read at its end only
    if (this.#isDone || passed.length === 0) return true;
    if (this.#isCutShort()) {
      // Tools stop reading there: that the answer is not whole has to be said before it.
      const before = beforeDone(passed);
      if (before.length > 0) this.#handOn(before);
      this.end();
      return true;
    }
    return this.#handOn(passed);
  }

  end(): void {
    if (this.#isDone) return;
    if (this.#errorBody) {
      this.fail(this.#readError(this.#errorBody));
      return;
    }
    const rest = this.#scanner?.end() ?? Buffer.alloc(0);
    // Nearly every whole answer: what else it says is read once it is on its way.
    if (this.#scanner?.isSound?.()) {
      this.#handOver(rest, undefined);
      return;
    }
    const facts = this.#scanner?.facts();
    if (facts?.error === undefined && !facts?.finished) {
      const last = this.#scanner?.isDone() ? beforeDone(rest) : rest;
      if (this.#headSent && last.length > 0) this.#sink.data(last);
      this.fail(
        new AppError(
          'incomplete_stream',
          `${this.#name} ended its answer before it was finished. What had arrived is kept.`,
        ),
      );
      return;
    }
    // An error frame after the first bytes has reached the tool already, in its own dialect.
    const said = facts.error === undefined ? undefined : this.#saidError(facts.error, facts);
    if (said && !this.#headSent) {
      this.fail(said);
      return;
    }
    this.#handOver(rest, said);
  }

  /** The tool has its answer first, and the ledger its row while the tool reads. */
  #handOver(rest: Buffer, said: AppError | undefined): void {
    this.#sendHead();
    try {
      if (this.#held && rest.length > 0) this.#sink.data(this.#held);
      this.#sink.end(rest.length > 0 ? rest : this.#held);
    } catch (error) {
      this.fail(toAppError(error));
      return;
    }
    this.#finish(said);
  }

  fail(error: AppError): void {
    if (this.#isDone) return;
    if (this.#isSending) {
      // Whoever asked does not have this passage yet.
      queueMicrotask(() => this.fail(error));
      return;
    }
    this.#finish(error);
    if (this.#headSent) this.#sink.cut(error);
  }

  /** Whether it says that it is over without a finish, or an error, before. */
  #isCutShort(): boolean {
    if (!this.#scanner?.isDone()) return false;
    const { finished, error } = this.#scanner.facts();
    return !finished && error === undefined;
  }

  #handOn(passed: Buffer): boolean {
    const ready = this.#isStream ? passed : this.#held;
    if (!this.#isStream) this.#held = passed;
    if (!ready) return true;
    this.#sendHead();
    return this.#sink.data(ready);
  }

  /** An error as the very first frame: the tool has seen nothing yet. */
  #noticeStart(): void {
    const facts = this.#scanner?.facts();
    if (facts?.started) {
      this.#started = true;
      this.#host.firstToken();
    } else if (facts?.error !== undefined && !this.#headSent) {
      this.fail(this.#saidError(facts.error, facts));
    }
  }

  #sendHead(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    this.#host.begins();
    this.#sink.head(this.#status, this.#headers);
  }

  #finish(error: AppError | undefined): void {
    this.#isDone = true;
    this.#release();
    if (error) this.#flow?.abort(); // an answer nobody reads on costs money
    if (error && !this.#headSent) {
      this.#host.fails(error, this.#status);
      return;
    }
    const facts = this.#scanner?.facts();
    this.#host.ends({
      status: error ? statusOfError(error, true) : 'ok',
      http_status: error?.http_status ?? this.#status,
      error,
      model_answered: facts?.model,
      usage: facts?.usage,
    });
  }

  #readError(body: Buffer[]): AppError {
    const text = this.#clean(Buffer.concat(body).toString('utf8'));
    return decodeUpstreamError(
      { backend: this.#asked.backend, dialect: this.#dialect },
      this.#status,
      this.#headers,
      text,
    );
  }

  #saidError(message: string, facts: PassthroughFacts): AppError {
    const { error_status: status, retry_after_ms: retryAfterMs } = facts;
    const text = `${this.#name} reported an error in its answer: ${this.#clean(message)}`;
    return new AppError('stream_error', text, {
      ...(status === undefined ? {} : { http_status: status }),
      ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
    });
  }

  #clean(text: string): string {
    return redactKey(text, this.#key);
  }

  get #name(): string {
    return this.#asked.target.backend;
  }
}

/** What stands before the line that says the stream is over. */
function beforeDone(bytes: Buffer): Buffer {
  const mark = bytes.lastIndexOf('[DONE]');
  return mark === -1 ? bytes : bytes.subarray(0, Math.max(0, bytes.lastIndexOf('data:', mark)));
}
