import { applyDelta, emptyCompletion } from '../contract/completion.ts';
import { AppError } from '../contract/errors.ts';
import { parseJsonObject } from '../contract/json.ts';
import type { PassthroughRequest } from '../dialects/dialect.ts';
import type { ByteSink } from '../engine/engine.ts';
import { answerHeaders } from './answer-headers.ts';
import type { KeepAlive } from './keep-alive.ts';
import { isOver, lateContext } from './open-call.ts';
import type { OpenCall } from './open-call.ts';

type Headers = Record<string, string | string[]>;

export type PassedCall = {
  request: PassthroughRequest;
  /** Unix time in milliseconds. */
  now: number;
  /** Told of what is written. */
  alive?: KeepAlive | undefined;
};

/** Who is told of the answer's way to the tool. */
export type PassOwner = {
  /** The tool reads again, after `data` has asked for a pause. */
  drained(): void;
};

/** Tool and upstream speak the same dialect: the answer's bytes go through as they come. */
export class PassedAnswer implements ByteSink {
  readonly #call: OpenCall;
  readonly #passed: PassedCall;
  readonly #owner: PassOwner;
  #sent: Headers = {};
  #last: Buffer | undefined;
  /** An answer that is to be sent as a stream although it came whole. */
  #whole: Buffer[] | undefined;
  #isFull = false;

  constructor(call: OpenCall, passed: PassedCall, owner: PassOwner) {
    this.#call = call;
    this.#passed = passed;
    this.#owner = owner;
  }

  head(status: number, headers: Headers): void {
    const { response, dialect, headers: own } = this.#call;
    if (isOver(response)) return;
    if (response.headersSent) {
      // After a long silence it is out already, and what follows has to be a stream, whatever the upstream sends.
      if (String(headers['content-type'] ?? '').startsWith('application/json')) this.#whole = [];
      this.#sent = { 'content-type': dialect.server.stream_content_type };
    } else {
      this.#sent = answerHeaders(headers, own, { keep_length: !this.#passed.request.edits_answer });
      response.writeHead(status, this.#sent);
    }
    this.#call.failBy(error => this.#fail(error));
  }

  data(chunk: Buffer): boolean {
    const { response } = this.#call;
    if (chunk.length === 0 || isOver(response)) return true;
    if (this.#whole) {
      this.#whole.push(chunk);
      return true;
    }
    this.#last = chunk;
    this.#passed.alive?.wrote(chunk);
    const goOn = response.write(chunk);
    if (!goOn) this.#awaitDrain();
    return goOn;
  }

  end(last?: Buffer): void {
    const { response } = this.#call;
    if (this.#whole && last) this.#whole.push(last);
    if (!isOver(response)) {
      if (this.#whole) response.end(streamOf(this.#call, this.#passed, Buffer.concat(this.#whole)));
      else response.end(last);
    }
  }

  cut(error: AppError): void {
    this.#call.fail(error);
  }

  #awaitDrain(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#call.response.once('drain', () => {
      this.#isFull = false;
      this.#owner.drained();
    });
  }

  #fail(error: AppError): void {
    const { response } = this.#call;
    if (isOver(response)) return;
    if (this.#passed.request.stream && takesFrames(this.#sent, this.#call))
      endWithFrame(this.#call, this.#passed, error, this.#last);
    // Half a JSON document cannot be mended: a cut connection is the one thing every client notices.
    else response.destroy();
  }
}

function takesFrames(sent: Headers, { dialect }: OpenCall): boolean {
  if ('content-length' in sent || 'content-encoding' in sent) return false;
  const type = String(sent['content-type'] ?? '');
  return type.startsWith(mediaType(dialect.server.stream_content_type));
}

/** The frames of an answer that came whole. */
function streamOf(call: OpenCall, { request, now }: PassedCall, body: Buffer): string {
  const { client, server } = call.dialect;
  const context = { ...lateContext(call, now), wants_usage: !request.edits_answer };
  const encoder = server.createEncoder(context);
  const answer = parseJsonObject(body.toString('utf8'));
  if (!answer) {
    const backend = call.headers['parley-backend'] ?? 'The upstream';
    return encoder.fail(
      new AppError('upstream_not_json', `${backend} answered with something that is not JSON.`),
    );
  }
  const completion = emptyCompletion();
  let frames = '';
  for (const delta of client.decodeResponse(answer)) {
    applyDelta(completion, delta);
    frames += encoder.encode(delta);
  }
  return frames + encoder.finish(completion);
}

function endWithFrame(call: OpenCall, { now }: PassedCall, error: AppError, last: Buffer | undefined): void {
  const { response, dialect } = call;
  const encoder = dialect.server.createEncoder({
    ...lateContext(call, now),
    ...(last && { sent: last.toString('latin1') }),
  });
  // The upstream may have been cut anywhere, also inside a line; for SSE an empty line too many does no harm.
  const newline = last?.at(-1) === 0x0a ? '' : '\n';
  const separator = mediaType(dialect.server.stream_content_type) === 'text/event-stream' ? '\n' : '';
  response.end(newline + separator + encoder.fail(error));
}

function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim() ?? '';
}
