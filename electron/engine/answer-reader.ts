import type { Delta } from '../contract/deltas.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { Dialect, EventDecoder } from '../dialects/dialect.ts';
import { createEventReader } from '../dialects/event-reader.ts';
import type { EventReader } from '../dialects/event-reader.ts';
import type { Backend } from './backend-registry.ts';
import type { CallTrace } from './call-trace.ts';
import { decodeUpstreamError } from './decode-upstream-error.ts';
import { createOwnCallIds } from './own-call-ids.ts';
import { redactKey } from './redact-key.ts';
import type { ResponseHeaders, UpstreamSink } from './transport.ts';

type ReaderDeps = {
  backend: Backend;
  dialect: Dialect;
  key: string | null;
  stream: boolean;
  /** What was asked. */
  request: ChatRequest;
  trace?: CallTrace | undefined;
};

export type AnswerListener = {
  /** False asks for a pause until `AnswerReader.resume`. */
  delta(delta: Delta): boolean;
  /** The upstream, which was asked to pause, may send on. */
  ready(): void;
  /** Called exactly once, last. */
  done(error: AppError | undefined, status: number): void;
};

const maxWholeAnswer = 64 * 1024 * 1024;
/** Events the script gets at once. */
const maxBatch = 256;
/** Past so many that wait for the script the upstream is asked to pause. */
const maxWaiting = 2 * maxBatch;

/** Reads one answer in a dialect and tells its deltas, in order, after the script's modify_events. */
export class AnswerReader implements UpstreamSink {
  readonly #deps: ReaderDeps;
  readonly #listener: AnswerListener;
  readonly #decoder: EventDecoder;
  readonly #giveOwnId = createOwnCallIds();
  #events: EventReader | undefined;
  #status = 0;
  #headers: ResponseHeaders = {};
  #isGood = false;
  #isDone = false;
  #hasFinished = false;
  #hasFailed = false;
  /** Whether the listener has asked for a pause. */
  #isBehind = false;
  /** Whether the upstream was asked to pause because of the script. */
  #isPaused = false;
  #whole: Buffer[] = [];
  #wholeSize = 0;
  /** Arguments of modify_events for the events that its script did not get yet. */
  #waiting: [deltas: Json, raw: JsonObject][] = [];
  /** Hooks answer later: what follows waits for them, so that order holds. */
  #pending: Promise<void> | undefined;
  #asking: AbortController | undefined;
  #goOn: (() => void) | undefined;

  constructor(deps: ReaderDeps, listener: AnswerListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.#decoder = deps.dialect.client.createDecoder(deps.request);
  }

  head(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
    const type = String(headers['content-type'] ?? '');
    this.#isGood = status < 300 && !type.startsWith('text/html');
    if (this.#isGood && this.#deps.stream && !type.startsWith('application/json')) {
      const { client } = this.#deps.dialect;
      this.#events = createEventReader(client.framing, event =>
        this.#tell(this.#decoder.decodeEvent(event), event),
      );
    }
  }

  data(chunk: Buffer): boolean {
    if (this.#isDone) return true;
    if (!this.#hasHook) this.#isBehind = false;
    if (!this.#events) return this.#collect(chunk);
    try {
      this.#events.push(chunk);
    } catch (error) {
      this.fail(toAppError(error));
    }
    // Some servers keep the connection open after they have said that they are done.
    if (this.#events.isDone()) this.end();
    if (!this.#hasHook) return !this.#isBehind;
    this.#isPaused = this.#waiting.length >= maxWaiting;
    return !this.#isPaused;
  }

  /** The listener has caught up. */
  resume(): void {
    this.#isBehind = false;
    this.#goOn?.();
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
    const deltas = this.#deps.dialect.client.decodeResponse(body, this.#deps.request);
    // Some servers leave the finish reason out of a whole answer, which is whole all the same.
    this.#hasFinished = deltas.some(delta => delta.type === 'block_start' || delta.type === 'block_delta');
    this.#tell(deltas, body);
  }

  #tell(deltas: Delta[], raw: JsonObject): void {
    this.#deps.trace?.event(raw, deltas);
    if (!this.#hasHook) {
      this.#pass(deltas);
      return;
    }
    this.#waiting.push([deltas as Json, raw]); // deltas are JSON
    this.#pending ??= this.#askScript();
  }

  /** What arrives while the script has some events waits, and goes to it together. */
  async #askScript(): Promise<void> {
    const { script } = this.#deps.backend;
    const { signal } = (this.#asking ??= new AbortController());
    try {
      await Promise.resolve(); // the other events of this chunk go along
      while (this.#waiting.length > 0) {
        await this.#untilWanted();
        if (this.#isDone) return;
        const events = this.#waiting.splice(0, maxBatch);
        this.#askForMore();
        await script.callEach('modify_events', events, results => this.#passChanged(results), { signal });
      }
    } catch (error) {
      this.#done(toAppError(error));
    } finally {
      this.#pending = undefined;
    }
  }

  /** What nobody reads yet need not go through the script yet. */
  async #untilWanted(): Promise<void> {
    if (!this.#isBehind || this.#isDone) return;
    await new Promise<void>(resolve => {
      this.#goOn = resolve;
    });
  }

  #askForMore(): void {
    if (!this.#isPaused || this.#waiting.length >= maxBatch) return;
    this.#isPaused = false;
    this.#listener.ready();
  }

  #passChanged(results: Json[][]): void {
    try {
      for (const [changed] of results) {
        const deltas = readDeltas(changed, this.#deps.backend.config.type);
        this.#deps.trace?.modified(deltas);
        this.#pass(deltas);
      }
    } catch (error) {
      this.#done(toAppError(error));
    }
  }

  #pass(deltas: Delta[]): void {
    for (const delta of deltas) {
      if (this.#isDone) return;
      if (delta.type === 'message' && delta.finish_reason !== undefined) this.#hasFinished = true;
      this.#giveOwnId(delta);
      if (delta.type === 'error') {
        this.#hasFailed = true;
        delta.error.message = redactKey(delta.error.message, this.#deps.key);
      }
      if (!this.#listener.delta(delta)) this.#isBehind = true;
    }
  }

  #after(action: () => void): void {
    if (this.#pending) void this.#pending.then(action);
    else action();
  }

  #done(error: AppError | undefined): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#asking?.abort();
    this.#goOn?.();
    this.#listener.done(error, this.#status);
  }

  get #hasHook(): boolean {
    return this.#deps.backend.description.hooks.has('modify_events');
  }

  get #name(): string {
    return this.#deps.backend.config.name;
  }
}

function readDeltas(changed: Json | undefined, type: string): Delta[] {
  if (Array.isArray(changed) && changed.every(isDelta)) return changed as unknown as Delta[]; // checked as far as applyDelta reads them
  throw new AppError('script_result', `providers/${type}.lua: modify_events must return a list of deltas.`);
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
