import type { Json } from '../contract/json.ts';
import { parleyChatsVersion } from '../contract/transfer.ts';
import type { TransferChat } from '../contract/transfer.ts';

/** A file of format parley-chats in pieces, so that no archive has to stand in memory whole. */
export function parleyJsonHead(fields: { exported_at: string; app_version: string }): string {
  const head = { format: 'parley-chats', version: parleyChatsVersion, ...fields };
  return `${JSON.stringify(head).slice(0, -1)},"chats":[\n`;
}

export function parleyJsonChat(chat: TransferChat, isFirst: boolean): string {
  const { messages, ...fields } = chat;
  return `${isFirst ? '' : ',\n'}${JSON.stringify({ ...withoutKeys(fields), messages })}`;
}

export const parleyJsonTail = '\n]}\n';

/** A key has no place in a chat's settings; where one stands there all the same, it stays on this machine. */
export function withoutKeys<T extends object>(settings: T): T {
  const clean = Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
    secretName.test(name) ? [] : [[name, cleanValue(value)]],
  );
  return Object.fromEntries(clean) as T; // the same fields, but for secrets, which no type of ours names
}

const secretName =
  /^(?:x-)?(?:api|goog|auth)[-_]?(?:api[-_]?)?(?:key|token)$|^(?:proxy-)?authorization$|^(?:client_)?secret$|^password$/i;

function cleanValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value === 'object' && value !== null) return withoutKeys(value);
  // Columns hold JSON as text.
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    const parsed = JSON.parse(value) as Json; // JSON.parse yields Json by definition
    const clean = JSON.stringify(cleanValue(parsed));
    return clean === JSON.stringify(parsed) ? value : clean;
  } catch {
    return value;
  }
}
