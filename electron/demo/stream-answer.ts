import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { JsonObject } from '../contract/json.ts';
import { encodeChunk, encodeUsageChunk, type ElizaAnswer } from './encode-answer.ts';

export type StreamOptions = {
  /** Milliseconds between two words. */
  paceMs: number;
  include_usage: boolean;
  /** Aborted when the client is gone or the server closes. */
  signal: AbortSignal;
};

/**
 * Writes an answer word by word. Stops between two words when `signal` aborts, without a finish reason, so that nobody
 * takes the part for the whole.
 */
export async function streamAnswer(
  response: ServerResponse,
  answer: ElizaAnswer,
  options: StreamOptions,
): Promise<void> {
  const { paceMs, include_usage, signal } = options;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  try {
    await writeEvent(
      response,
      encodeChunk(answer, { role: 'assistant', content: '' }, null, include_usage),
      signal,
    );
    for (const word of answer.words) {
      // Not held alive by a pause: a process with nothing else to do may end.
      if (paceMs > 0) await sleep(paceMs, undefined, { signal, ref: false });
      await writeEvent(response, encodeChunk(answer, { content: word }, null, include_usage), signal);
    }
    await writeEvent(response, encodeChunk(answer, {}, answer.finish_reason, include_usage), signal);
    if (include_usage) await writeEvent(response, encodeUsageChunk(answer), signal);
    response.end('data: [DONE]\n\n');
  } catch (error) {
    response.end();
    if (!signal.aborted) throw error;
  }
}

async function writeEvent(response: ServerResponse, event: JsonObject, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(`data: ${JSON.stringify(event)}\n\n`)) await once(response, 'drain', { signal });
}
