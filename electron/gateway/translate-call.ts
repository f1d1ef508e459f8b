import { AppError } from '../contract/errors.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { DecodedRequest, Dialect, EncoderContext, StreamEncoder } from '../dialects/dialect.ts';
import type { DeltaStream, Target } from '../engine/engine.ts';
import type { CallRequest } from './answer-call.ts';
import { FrameWriter } from './frame-writer.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { parseBody } from './parse-body.ts';
import { sendJson, writeStreamHead } from './send-answer.ts';
import { setWarnings } from './set-warnings.ts';

export type TranslatedCall = {
  asking: Pick<CallRequest, 'body' | 'match'>;
  /** What the tool is told beside the answer. */
  warnings: readonly string[];
  /** Unix time in milliseconds. */
  now: number;
};

/** One call's way through our own words, from the tool's dialect into the upstream's and back. */
export type Translation = {
  /** The request for one target. Throws AppError invalid_request. */
  words(target: Target): ChatRequest;
  /** Answers with what the target the words were last asked for says. */
  send(stream: DeltaStream): Promise<void>;
};

type Sending = {
  call: OpenCall;
  decoded: DecodedRequest;
  now: number;
  /** Names what of the answer so far is left out; to be called before its head goes out. */
  warn: () => void;
};

const withoutSources = 'left out of the answer: its sources';

export function translateCall(call: OpenCall, translated: TranslatedCall): Translation {
  const { asking, warnings, now } = translated;
  const { server } = call.dialect;
  let decoded: DecodedRequest | undefined;
  let ignored: string[] = [];
  const decode = (): DecodedRequest =>
    (decoded ??= server.decodeRequest(parseBody(asking.body), asking.match));
  return {
    words(target) {
      const own = ownWords(decode().request, target, call.dialect);
      ({ ignored } = own);
      return own.request;
    },
    async send(stream) {
      const ofRequest = [...ignored, ...stream.warnings];
      setWarnings(call, warnings, ofRequest);
      const warn = (): void => {
        // Most answers have none, and who names them at the end of a stream is too late for the head.
        if (server.hides_sources && stream.completion.citations)
          setWarnings(call, [...warnings, withoutSources], ofRequest);
      };
      const sending = { call, decoded: decode(), now, warn };
      if (sending.decoded.request.stream) await sendStream(stream, sending);
      else await sendWhole(stream, sending);
    },
  };
}

/** Where a call goes is decided here: what would have another gateway decide it goes nowhere. */
const redirecting = /^(?:api_?base|base_?url|api_?key)$/i;

/** Fields of another wire format mean nothing to the upstream, or something else: they are left out, and named. */
function ownWords(
  asked: ChatRequest,
  target: Target,
  { server, name }: Dialect,
): { request: ChatRequest; ignored: string[] } {
  const isForeign = target.dialect !== name;
  const { extra = {}, ...request } = isForeign ? (server.forOthers?.(asked) ?? asked) : asked;
  const fields = Object.keys(extra);
  if (isForeign) {
    return { request, ignored: fields.filter(field => !server.understood_extra?.includes(field)) };
  }
  const ignored = fields.filter(field => redirecting.test(field));
  if (ignored.length === 0) return { request: asked, ignored };
  const kept = Object.fromEntries(Object.entries(extra).filter(([field]) => !ignored.includes(field)));
  return { request: { ...request, extra: kept }, ignored };
}

async function sendStream(stream: DeltaStream, sending: Sending): Promise<void> {
  const { call } = sending;
  const { response, dialect } = call;
  const writer = new FrameWriter(response);
  let encoder: StreamEncoder | undefined;
  let begun = false;
  for await (const delta of stream.deltas) {
    if (isOver(response)) return;
    if (delta.type === 'error') {
      call.fail(errorOf(delta.error));
      return;
    }
    encoder ??= dialect.server.createEncoder(encoderContext(stream, sending));
    const frames = encoder.encode(delta);
    // Until there is something to write, an error can still be given its own status.
    if (frames === '') continue;
    if (!begun) sendHead(sending, encoder, writer);
    begun = true;
    writer.write(frames);
    if (writer.isFull()) await writer.drained();
  }
  if (isOver(response)) return;
  encoder ??= dialect.server.createEncoder(encoderContext(stream, sending));
  if (!begun) sendHead(sending, encoder, writer);
  writer.end(encoder.finish(stream.completion));
}

function sendHead({ call, warn }: Sending, encoder: StreamEncoder, writer: FrameWriter): void {
  const { response } = call;
  warn();
  // After a long silence it is out already.
  if (!response.headersSent) writeStreamHead(call);
  call.failBy(error => {
    if (!isOver(response)) writer.end(encoder.fail(error));
  });
}

async function sendWhole(stream: DeltaStream, sending: Sending): Promise<void> {
  const { call } = sending;
  const { response, dialect } = call;
  for await (const delta of stream.deltas) {
    if (delta.type !== 'error') continue;
    call.fail(errorOf(delta.error));
    return;
  }
  if (isOver(response)) return;
  sending.warn();
  const body = dialect.server.encodeResponse(stream.completion, encoderContext(stream, sending));
  sendJson(response, 200, body, call.headers);
}

function encoderContext(stream: DeltaStream, { decoded, now }: Sending): EncoderContext {
  return {
    id: stream.call_id,
    model: stream.completion.model ?? stream.target.model,
    created: Math.floor(now / 1000),
    wants_usage: decoded.wants_usage,
    request: decoded.request,
  };
}

function errorOf({ code, message, ...details }: ErrorInfo): AppError {
  return new AppError(code, message, details);
}
