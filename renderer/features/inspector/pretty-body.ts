import { parseJson } from '../../../electron/contract/json.ts';
import type { Json } from '../../../electron/contract/json.ts';

/** One event of a stream; `value` where its data is JSON. */
export type BodyEvent = { name: string; text: string; value?: Json };

export type PrettyBody =
  | { type: 'json'; value: Json }
  | { type: 'events'; events: BodyEvent[] }
  | { type: 'text' };

/** What a body is, by its looks: what servers say of it is often wrong, and a cut one is text. */
export function readPretty(text: string): PrettyBody {
  const value = parseJson(text);
  if (value !== undefined) return { type: 'json', value };
  const events = readServerEvents(text) ?? readJsonLines(text);
  return events ? { type: 'events', events } : { type: 'text' };
}

const eventLine = /^(?:data|event|id|retry)(?::|$)|^:/;

function readServerEvents(text: string): BodyEvent[] | undefined {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  // The last line may be cut.
  if (!lines.slice(0, -1).every(line => line === '' || eventLine.test(line))) return undefined;
  if (!lines.some(line => line.startsWith('data:'))) return undefined;
  const events: BodyEvent[] = [];
  let name = '';
  let data: string[] = [];
  const flush = () => {
    if (data.length > 0) events.push(toEvent(name, data.join('\n')));
    name = '';
    data = [];
  };
  for (const line of [...lines, '']) {
    if (line === '') flush();
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    else if (line.startsWith('event:')) name = line.slice(6).trim();
  }
  return events;
}

/** A stream as Ollama writes it: an object a line. */
function readJsonLines(text: string): BodyEvent[] | undefined {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  if (lines.length < 2) return undefined;
  const events = lines.map(line => toEvent('', line));
  // The last line may be cut.
  return events.slice(0, -1).every(({ value }) => value !== undefined) ? events : undefined;
}

function toEvent(name: string, text: string): BodyEvent {
  const value = parseJson(text);
  return { name, text, ...(value === undefined ? {} : { value }) };
}

/** A value in one line, e.g. {"a":1,…}. */
export function summarize(value: Json, most = 100): string {
  // Of a big value only its beginning is worth writing out.
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' && part.length > most ? `${part.slice(0, most)}…` : part,
  );
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
