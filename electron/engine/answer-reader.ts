import type { Delta } from '../contract/deltas.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import type { Dialect, EventDecoder } from '../dialects/dialect.ts';
import { createEventReader } from '../dialects/event-reader.ts';
import type { EventReader } from '../dialects/event-reader.ts';
import type { Backend } from './backend-registry.ts';
import { decodeUpstreamError } from './decode-upstream-error.ts';
import { redactKey } from './redact-key.ts';
import type { ResponseHeaders, UpstreamSink } from './transport.ts';

type ReaderDeps = { backend: Backend; dialect: Dialect; key: string | null; stream: boolean };

export type AnswerListener = {
  /** A good status arrived. */
  accepted(): void;
  /** False asks the upstream to pause. */
  delta(delta: Delta): boolean;
  /** Called exactly once, last. */
  done(error: AppError | undefined, status: number): void;
};

const maxWholeAnswer = 64 * 1024 * 1024;

/** Reads one answer in a dialect and tells its deltas, in order, after the script's modify_events. */
export class AnswerReader implements UpstreamSink {
  readonly #deps: ReaderDeps;
  readonly #listener: AnswerListener;
  readonly #decoder: EventDecoder;
  #events: EventReader | undefined;
  #status = 0;
  #headers: ResponseHeaders = {};
  #isGood = false;
  #isDone = false;
  #hasFinished = false;
  #hasFailed = false;
  #wantsMore = true;
  #whole: Buffer[] = [];
  #wholeSize = 0;
  /** Hooks answer later: what follows waits for them, so that order holds. */
  #pending: Promise<void> | undefined;

  constructor(deps: ReaderDeps, listener: AnswerListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.#decoder = deps.dialect.client.createDecoder();
  }

  head(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
    const type = String(headers['content-type'] ?? '');
    this.#isGood = status < 300 && !type.startsWith('text/html');
    if (!this.#isGood) return;
    if (this.#deps.stream && !type.startsWith('application/json')) {
      const { client } = this.#deps.dialect;
      this.#events = createEventReader(client.framing, event =>
        this.#tell(this.#decoder.decodeEvent(event), event),
      );
    }
    this.#listener.accepted();
  }

  data(chunk: Buffer): boolean {
    if (this.#isDone) return true;
    this.#wantsMore = true;
    if (!this.#events) return this.#collect(chunk);
    try {
      this.#events.push(chunk);
    } catch (error) {
      this.fail(toAppError(error));
    }
    // Some servers keep the connection open after they have said that they are done.
    if (this.#events.isDone()) this.end();
    return this.#wantsMore;
  }

  end(): void {
    if (this.#isDone) return;
    try {
      if (this.#events) this.#events.end();
      else this.#readWhole();
    } catch (error) {
      this.fail(toAppError(error));
      return;
    }
    this.#after(() => {
      const incomplete = !this.#hasFinished && !this.#hasFailed;
      this.#done(
        incomplete
          ? new AppError(
              'incomplete_stream',
              `${this.#name} ended its answer before it was finished. What had arrived is kept.`,
            )
          : undefined,
      );
    });
  }

  fail(error: AppError): void {
    if (error.code === 'cancelled') this.#done(error);
    else this.#after(() => this.#done(error));
  }

  #collect(chunk: Buffer): boolean {
    this.#wholeSize += chunk.length;
    if (this.#wholeSize <= maxWholeAnswer) this.#whole.push(chunk);
    return true;
  }

  #readWhole(): void {
    const text = redactKey(Buffer.concat(this.#whole).toString('utf8'), this.#isGood ? null : this.#deps.key);
    if (!this.#isGood) throw decodeUpstreamError(this.#deps, this.#status, this.#headers, text);
    const body = parseJson(text);
    if (!isJsonObject(body))
      throw new AppError('upstream_not_json', `${this.#name} answered with something that is not JSON.`);
    const deltas = this.#deps.dialect.client.decodeResponse(body);
    // Some servers leave the finish reason out of a whole answer, which is whole all the same.
    this.#hasFinished = deltas.some(delta => delta.type === 'block_start' || delta.type === 'block_delta');
    this.#tell(deltas, body);
  }

  #tell(deltas: Delta[], raw: JsonObject): void {
    if (!this.#deps.backend.description.hooks.has('modify_events')) {
      this.#pass(deltas);
      return;
    }
    const before = this.#pending ?? Promise.resolve();
    const asked = this.#askScript(deltas, raw);
    this.#pending = before
      .then(() => asked)
      .then(changed => this.#pass(changed))
      .catch((error: unknown) => this.#done(toAppError(error)));
    asked.catch(() => undefined); // reported through the chain above
  }

  async #askScript(deltas: Delta[], raw: JsonObject): Promise<Delta[]> {
    const [changed] = await this.#deps.backend.script.call('modify_events', [deltas as Json, raw]); // deltas are JSON
    if (!Array.isArray(changed) || !changed.every(isDelta)) {
      const file = `providers/${this.#deps.backend.config.type}.lua`;
      throw new AppError('script_result', `${file}: modify_events must return a list of deltas.`);
    }
    return changed as unknown as Delta[]; // checked as far as applyDelta reads them
  }

  #pass(deltas: Delta[]): void {
    for (const delta of deltas) {
      if (this.#isDone) return;
      if (delta.type === 'message' && delta.finish_reason !== undefined) this.#hasFinished = true;
      if (delta.type === 'error') {
        this.#hasFailed = true;
        delta.error.message = redactKey(delta.error.message, this.#deps.key);
      }
      if (!this.#listener.delta(delta)) this.#wantsMore = false;
    }
  }

  #after(action: () => void): void {
    if (this.#pending) void this.#pending.then(action);
    else action();
  }

  #done(error: AppError | undefined): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#listener.done(error, this.#status);
  }

  get #name(): string {
    return this.#deps.backend.config.name;
  }
}

const deltaTypes = new Set<Json | undefined>(['message', 'block_start', 'block_delta', 'error']);

function isDelta(value: Json): boolean {
  if (!isJsonObject(value) || !deltaTypes.has(value.type)) return false;
  if (value.type === 'error') return isJsonObject(value.error) && typeof value.error.message === 'string';
  return value.type === 'message' || (typeof value.block === 'string' && typeof value.index === 'number');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
