import { AppError } from '../../contract/errors.ts';
import type { CallDetails, ShownRequest } from '../../contract/inspector.ts';
import { redacted } from './redact.ts';
import { replayHeaderName } from './replay-header.ts';

export const curlSides = ['received', 'sent'] as const;
export type CurlSide = (typeof curlSides)[number];

/**
 * The request as a command for a POSIX shell: to the gateway as the tool sent it, or to the upstream as Parley did the
 * last time. Keys are variables of the shell. Throws not_found, invalid_request.
 */
export function toCurl(call: CallDetails, side: CurlSide, gatewayUrl: string): string {
  const request = side === 'received' ? call.received : (call.exchanges.at(-1)?.request ?? null);
  if (!request) {
    const who =
      side === 'received' ? 'No tool sent this call' : 'Nothing of this call was sent to an upstream';
    throw new AppError('not_found', `${who}, so there is no command for it.`);
  }
  const { body } = request;
  if (body && !body.is_whole) {
    throw new AppError(
      'invalid_request',
      'The body of this request is not there any more, or was too large to keep; send it again and export it then.',
    );
  }
  const key = side === 'received' ? '$PARLEY_KEY' : '$API_KEY';
  const url = side === 'received' ? gatewayUrl + request.url : request.url;
  return writeCommand({ ...request, url }, body?.text ?? '', key);
}

/** What curl sets by itself, or what would make its answer unreadable. */
const dropped = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  replayHeaderName,
]);

/** Linux takes no longer argument than 128 KB. */
const longestArgument = 100_000;

function writeCommand({ method, url, headers }: ShownRequest, body: string, key: string): string {
  const words: string[] = [];
  if (method !== (body === '' ? 'GET' : 'POST')) words.push(`-X ${quote(method, key)}`);
  // Brackets in an address stand for several of them otherwise.
  if (/[[\]{}]/.test(url.replaceAll(redacted, ''))) words.push('-g');
  const kept = headers.filter(([name]) => !dropped.has(name.toLowerCase()));
  for (const [name, value] of kept)
    words.push(`-H ${quote(value === '' ? `${name};` : `${name}: ${value}`, key)}`);
  // What curl would say of a body by itself is wrong.
  const hasType = kept.some(([name]) => name.toLowerCase() === 'content-type');
  if (body !== '' && !hasType) words.push("-H 'content-type:'");
  const command = ['curl -N', quote(url, key), ...words];
  if (body === '') return command.join(' \\\n  ');
  if (body.length <= longestArgument) {
    return [...command, `--data-raw ${quoteLiteral(body)}`].join(' \\\n  ');
  }
  const end = unusedLine(body);
  return `${[...command, `--data-binary @- <<'${end}'`].join(' \\\n  ')}\n${body}\n${end}`;
}

/** One word of a shell, in which keys are variables. */
function quote(text: string, key: string): string {
  const parts = text.split(redacted);
  if (parts.length === 1) return quoteLiteral(text);
  if (parts.every(part => /^[\w .:/?&=%,+-]*$/.test(part))) return `"${parts.join(key)}"`;
  return parts.map(quoteLiteral).join(`"${key}"`);
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function unusedLine(body: string): string {
  let line = 'BODY';
  while (body.includes(line)) line += '_';
  return line;
}
