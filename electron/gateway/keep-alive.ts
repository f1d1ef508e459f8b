import type { Dialect } from '../dialects/dialect.ts';
import { defaultTimeouts } from './gateway-deps.ts';
import { isOver, lateContext } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { writeStreamHead } from './send-answer.ts';

/** Bytes are counted now and then instead of a clock read for each chunk. */
const looksPerSilence = 3;

const comment = ': keep-alive\n\n';

/** The longest end an event has: two line breaks of two bytes. */
const tailBytes = 4;
const noBytes = Buffer.alloc(0);

/** Told of the bytes that pass, because only between two events may another one be put. */
export type KeepAlive = {
  wrote(chunk: Buffer): void;
};

export type KeptAlive = {
  /** Unix time in milliseconds. */
  now: number;
  silence_ms?: number | undefined;
};

/**
 * Tells the tool that its call is alive whenever nothing was written for a while, from now to the end of the answer. Where
 * nothing was sent at all until then the head goes out first: an upstream that fails later than that can only be told of
 * inside the stream, one that fails sooner still gets a status of its own.
 */
export function keepAlive(
  call: OpenCall,
  { now, silence_ms: silenceMs = defaultTimeouts.silence }: KeptAlive,
): KeepAlive {
  const { response } = call;
  const frame = frameOf(call.dialect);
  let tail: Buffer = noBytes;
  // What waits to be read by the tool counts as written: it has enough to read.
  const countBytes = (): number => response.socket?.bytesWritten ?? 0;
  let written = countBytes();
  let quietLooks = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    if (isOver(response)) return;
    const bytes = countBytes();
    quietLooks = bytes === written ? quietLooks + 1 : 0;
    if (quietLooks >= looksPerSilence && isBetweenEvents(tail)) {
      if (!response.headersSent) sendEarlyHead(call, now);
      response.write(frame);
      quietLooks = 0;
    }
    written = countBytes();
    wait();
  };
  const wait = (): void => {
    timer = setTimeout(look, silenceMs / looksPerSilence);
    timer.unref();
  };
  if (frame !== '') {
    wait();
    response.once('close', () => clearTimeout(timer));
  }
  return {
    wrote(chunk) {
      // Only kept: most answers never fall silent. Short ones are pieces of an event's end.
      tail = chunk.length >= tailBytes ? chunk : Buffer.concat([tail.subarray(-tailBytes), chunk]);
    },
  };
}

/** Comments belong to server-sent events; lines of JSON have no place for anything else. */
function frameOf({ server }: Dialect): string {
  return server.stream_content_type.startsWith('text/event-stream') ? (server.keep_alive ?? comment) : '';
}

function sendEarlyHead(call: OpenCall, now: number): void {
  const { response, dialect } = call;
  writeStreamHead(call);
  call.failBy(error => {
    if (isOver(response)) return;
    const encoder = dialect.server.createEncoder(lateContext(call, now));
    response.end(encoder.fail(error));
  });
}

/** An event ends with an empty line, whichever line ends its server uses. */
function isBetweenEvents(tail: Buffer): boolean {
  return tail.length === 0 || /(?:\n\n|\r\r|\r\n\r\n)$/.test(tail.subarray(-tailBytes).toString('latin1'));
}
