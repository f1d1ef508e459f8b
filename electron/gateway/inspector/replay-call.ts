import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';

import type { ReceivedRequest } from '../../contract/call-watch.ts';
import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Inspector } from './inspector.ts';
import { readReplay, replayHeaderName } from './replay-header.ts';

export type ReplayDeps = {
  inspector: Pick<Inspector, 'receivedAs' | 'onReceived'>;
  /** Where the gateway is; null where it does not run. */
  gatewayUrl: () => string | null;
};

/**
 * Sends a tool's request again, through the same front door and with the same key, and resolves with the id of the new
 * call as soon as it is known. Throws not_found, invalid_request.
 */
export async function replayCall(id: string, { inspector, gatewayUrl }: ReplayDeps): Promise<string> {
  const request = inspector.receivedAs(id);
  if (!request) {
    throw new AppError(
      'not_found',
      'Only what a tool has sent lately can be sent again, and this call is not among that.',
    );
  }
  if (!request.is_whole) {
    throw new AppError(
      'invalid_request',
      'The body of this call is not held any more, or was too large to; ask from the tool again.',
    );
  }
  const url = gatewayUrl();
  if (url === null)
    throw new AppError('invalid_request', 'The gateway does not run; start it and try again.');
  const nonce = randomUUID();
  return new Promise((resolve, reject) => {
    const stop = inspector.onReceived((newId, { raw_headers: headers }) => {
      if (readReplay(headers)?.nonce !== nonce) return;
      stop();
      resolve(newId);
    });
    const fail = (error: AppError): void => {
      stop();
      reject(error);
    };
    send(url, request, `${id} ${nonce}`, fail);
  });
}

/** Where the answer comes before the gateway has told of a call, the front door has refused it. */
function send(
  url: string,
  { method, url: path, raw_headers: headers, body }: ReceivedRequest,
  mark: string,
  fail: (error: AppError) => void,
): void {
  const { hostname, port, host } = new URL(url);
  const own = ['host', host, 'content-length', String(body.length), replayHeaderName, mark];
  const outgoing = httpRequest(
    {
      // Brackets belong to the address, not to the host.
      host: hostname.replace(/^\[|\]$/g, ''),
      port,
      method,
      path,
      agent: false,
      headers: [...keptHeaders(headers), ...own],
    },
    response => {
      void readStart(response).then(
        text => fail(refusal(response.statusCode ?? 0, text)),
        (error: unknown) => fail(unreachable(error)),
      );
    },
  );
  outgoing.on('error', error => fail(unreachable(error)));
  outgoing.end(body);
}

const replaced = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  replayHeaderName,
]);

function keptHeaders(raw: readonly string[]): string[] {
  return raw.filter((_text, at) => !replaced.has((raw[at - (at % 2)] ?? '').toLowerCase()));
}

const longestRefusal = 10_000;

/** Reads to the end, so that the call goes its whole way, and keeps what a refusal may have to say. */
async function readStart(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) if (text.length < longestRefusal) text += String(chunk);
  return text;
}

function refusal(status: number, text: string): AppError {
  return new AppError('invalid_request', `The gateway did not take it (${status}): ${messageIn(text)}`, {
    http_status: status,
  });
}

/** The sentence in an envelope of any dialect. */
function messageIn(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    const error = isJsonObject(parsed) ? parsed.error : undefined;
    const message = isJsonObject(error) ? error.message : error;
    if (typeof message === 'string') return message;
  } catch {
    // Said below.
  }
  return 'it did not say why.';
}

function unreachable(cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('internal', `The gateway could not be reached: ${reason}.`, { cause });
}
