import { createHash } from 'node:crypto';

// OpenAI's limit for ids of calls in this format; other vendors write longer ones, or none.
const maxLength = 40;

/** The id as OpenAI takes it; the same for a call and its result. */
export function encodeCallId(id: string): string {
  if (id !== '' && id.length <= maxLength) return id;
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
