import type { FinishReason as GoogleReason } from '@google/genai';

import type { FinishReason } from '../../contract/deltas.ts';

type WireReason = `${GoogleReason}`;

const googleReasons = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  // The rest of a long answer, which is asked for with a token of its own.
  CONTINUATION: 'length',
  SAFETY: 'refusal',
  RECITATION: 'refusal',
  LANGUAGE: 'refusal',
  BLOCKLIST: 'refusal',
  PROHIBITED_CONTENT: 'refusal',
  SPII: 'refusal',
  IMAGE_SAFETY: 'refusal',
  IMAGE_PROHIBITED_CONTENT: 'refusal',
  IMAGE_RECITATION: 'refusal',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  NO_IMAGE: 'error',
  IMAGE_OTHER: 'error',
  OTHER: 'error',
} satisfies Record<Exclude<WireReason, 'FINISH_REASON_UNSPECIFIED'>, FinishReason>;

/** Sent, though Google's library does not know them. */
const otherReasons = {
  MODEL_ARMOR: 'refusal',
  MISSING_THOUGHT_SIGNATURE: 'error',
} satisfies Record<string, FinishReason>;

const neutralReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({ ...googleReasons, ...otherReasons }),
);

/** What `finishReason` means; undefined where it says that there is none. An unknown word ends the answer like STOP. */
export function decodeFinishReason(reason: string): FinishReason | undefined {
  if (reason === ('FINISH_REASON_UNSPECIFIED' satisfies WireReason)) return undefined;
  return neutralReasons.get(reason) ?? 'stop';
}

/** Undefined where the answer did not end by itself. Calls end an answer with STOP, as with Gemini itself. */
export function encodeFinishReason(reason: FinishReason | undefined): WireReason | undefined {
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
