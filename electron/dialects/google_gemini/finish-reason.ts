import type { FinishReason } from '../../contract/deltas.ts';

const neutralReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'refusal'],
  ['RECITATION', 'refusal'],
  ['LANGUAGE', 'refusal'],
  ['BLOCKLIST', 'refusal'],
  ['PROHIBITED_CONTENT', 'refusal'],
  ['SPII', 'refusal'],
  ['IMAGE_SAFETY', 'refusal'],
  ['IMAGE_PROHIBITED_CONTENT', 'refusal'],
  ['IMAGE_RECITATION', 'refusal'],
  ['MODEL_ARMOR', 'refusal'],
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['MALFORMED_RESPONSE', 'error'],
  ['UNEXPECTED_TOOL_CALL', 'error'],
  ['TOO_MANY_TOOL_CALLS', 'error'],
  ['MISSING_THOUGHT_SIGNATURE', 'error'],
  ['NO_IMAGE', 'error'],
  ['OTHER', 'error'],
]);

/** What `finishReason` means; undefined where it says that there is none. An unknown word ends the answer like STOP. */
export function decodeFinishReason(reason: string): FinishReason | undefined {
  if (reason === 'FINISH_REASON_UNSPECIFIED') return undefined;
  return neutralReasons.get(reason) ?? 'stop';
}

/** Undefined where the answer did not end by itself. Calls end an answer with STOP, as with Gemini itself. */
export function encodeFinishReason(reason: FinishReason | undefined): string | undefined {
  switch (reason) {
    case 'stop':
    case 'tool_use':
      return 'STOP';
    case 'length':
      return 'MAX_TOKENS';
    case 'refusal':
      return 'SAFETY';
    case 'error':
    case 'cancelled':
    case undefined:
      return undefined;
  }
}
