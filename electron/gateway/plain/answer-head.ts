import { STATUS_CODES } from 'node:http';

import type { AnswerHeaders } from './tool-exchange.ts';

/** How a body is told from the answer that follows it. */
export type Framing = { type: 'none' } | { type: 'counted'; length: number } | { type: 'chunked' };

export type AnswerHead = { text: string; framing: Framing; keeps_open: boolean };

/** Lower case as everywhere in here: `Content-Length` beside ours would be a second one. */
const fieldName = /^[!#$%&'*+\-.^`|~_0-9a-z]+$/;
const outsideValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Status line and fields of an answer, with those Node's server adds to each. Throws TypeError for what no header may hold. */
export function writeAnswerHead(
  status: number,
  headers: AnswerHeaders,
  keepAliveSeconds: number,
): AnswerHead {
  let framing: Framing = status === 204 || status === 304 ? { type: 'none' } : { type: 'chunked' };
  let keepsOpen = true;
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const each of value) text += field(name, each);
    else text += field(name, String(value));
    if (name === 'content-length' && framing.type === 'chunked')
      framing = { type: 'counted', length: Number(value) };
    else if (name === 'connection') keepsOpen = value !== 'close';
  }
  text += dateField();
  if (keepsOpen) text += `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n`;
  if (framing.type === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  return { text: `${text}\r\n`, framing, keeps_open: keepsOpen };
}

type Field = { value: string; text: string };

/** The last field of each name: most answers have the same ones, but for some ids and lengths. */
const lastFields = new Map<string, Field>();
const mostFields = 200;

function field(name: string, value: string): string {
  const last = lastFields.get(name);
  if (last?.value === value) return last.text;
  const text = writeField(name, value, last !== undefined);
  if (last) {
    last.value = value;
    last.text = text;
  } else if (lastFields.size < mostFields) lastFields.set(name, { value, text });
  return text;
}

function writeField(name: string, value: string, isKnown: boolean): string {
  if (!isKnown && !fieldName.test(name)) throw new TypeError('a header has a name that is none');
  // Whoever could put a line break here would write the answer in our place.
  if (outsideValue.test(value))
    throw new TypeError(`the header ${name} holds a character that headers may not`);
  return `${name}: ${value}\r\n`;
}

let dateSecond = 0;
let dateText = '';

/** Made once a second. */
function dateField(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = `Date: ${new Date(now).toUTCString()}\r\n`;
  }
  return dateText;
}
