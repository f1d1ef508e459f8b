import { AppError } from '../contract/errors.ts';
import type { PassthroughRequest } from '../dialects/dialect.ts';
import type { ByteSink, CallContext, Engine, Target } from '../engine/engine.ts';
import { answerHeaders } from './answer-headers.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { sendError } from './send-answer.ts';

type Headers = Record<string, string | string[]>;
type Head = { status: number; headers: Headers };

export type PassedCall = {
  engine: Pick<Engine, 'passBytes'>;
  target: Target;
  asked: PassthroughRequest;
  context: CallContext;
  /** Unix time in milliseconds. */
  now: number;
};

/** Tool and upstream speak the same dialect: the answer's bytes go through as they come. */
export function passCall(call: OpenCall, passed: PassedCall): void {
  const { response } = call;
  const { target, asked } = passed;
  // Held until the first byte follows: an upstream that fails in between still gets a real status.
  let head: Head | undefined;
  let sent: Headers | undefined;
  let lastByte: number | undefined;
  // A whole answer is one chunk behind: most are one chunk long, and what turns out broken gets a real status as well.
  let held: Buffer | undefined;
  const sendHead = (): void => {
    if (sent || !head) return;
    sent = answerHeaders(head.headers, call.headers, { keep_length: !asked.usage_added });
    response.writeHead(head.status, sent);
  };
  const sink: ByteSink = {
    head(status, headers) {
      if (status >= 300) call.cut(redirected(target.backend, status));
      else head = { status, headers };
    },
    data(chunk) {
      if (chunk.length === 0 || isOver(response)) return true;
      const ready = asked.stream ? chunk : held;
      held = asked.stream ? undefined : chunk;
      if (!ready) return true;
      sendHead();
      lastByte = ready[ready.length - 1];
      return response.write(ready);
    },
    end() {
      if (isOver(response)) return;
      sendHead();
      response.end(held);
    },
    fail(error) {
      call.fail(error);
    },
  };
  call.fail = error => {
    if (isOver(response)) return;
    if (!sent) sendError(response, call.dialect, error, call.headers);
    else if (asked.stream && takesFrames(sent, call)) endWithFrame(call, passed, error, lastByte);
    // Half a JSON document cannot be mended: a cut connection is the one thing every client notices.
    else response.destroy();
  };
  const flow = passed.engine.passBytes(target, asked, passed.context, sink);
  call.headers['x-request-id'] = flow.call_id;
  response.on('drain', () => {
    flow.resume();
  });
}

/** A tool that follows an upstream's redirect would carry its gateway key to a stranger. */
function redirected(backend: string, status: number): AppError {
  return new AppError(
    'http_error',
    `${backend} answered with a redirect (${status}); put the address it really has into its url.`,
    { http_status: 502 },
  );
}

function takesFrames(sent: Headers, { dialect }: OpenCall): boolean {
  if ('content-length' in sent || 'content-encoding' in sent) return false;
  const type = String(sent['content-type'] ?? '');
  return type.startsWith(mediaType(dialect.server.stream_content_type));
}

function endWithFrame(
  call: OpenCall,
  passed: PassedCall,
  error: AppError,
  lastByte: number | undefined,
): void {
  const { response, dialect } = call;
  const encoder = dialect.server.createEncoder({
    id: call.headers['x-request-id'] ?? '',
    model: passed.target.model,
    created: Math.floor(passed.now / 1000),
    wants_usage: false,
  });
  // The upstream may have been cut anywhere, also inside a line; for SSE an empty line too many does no harm.
  const newline = lastByte === 0x0a ? '' : '\n';
  const separator = mediaType(dialect.server.stream_content_type) === 'text/event-stream' ? '\n' : '';
  response.end(newline + separator + encoder.fail(error));
}

function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim() ?? '';
}
