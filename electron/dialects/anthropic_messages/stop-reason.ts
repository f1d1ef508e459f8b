import type { FinishReason } from '../../contract/deltas.ts';

const neutralReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  // A turn of Anthropic's own tools, stopped half-way: like a full answer it goes on when asked again.
  ['pause_turn', 'length'],
  ['tool_use', 'tool_use'],
  ['refusal', 'refusal'],
  // Not Anthropic's, but sent by servers that say they are compatible.
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_use'],
  ['content_filter', 'refusal'],
  ['error', 'error'],
]);

/** What Anthropic's `stop_reason` means. An unknown word ends the answer like `end_turn`. */
export function decodeStopReason(reason: string): FinishReason {
  return neutralReasons.get(reason.toLowerCase()) ?? 'stop';
}

export type WireStopReason = 'end_turn' | 'max_tokens' | 'tool_use' | 'refusal';

/** Null where the answer did not end by itself: a made-up reason would tell the tool that it is whole. */
export function encodeStopReason(reason: FinishReason | undefined): WireStopReason | null {
  switch (reason) {
    case 'stop':
      return 'end_turn';
    case 'length':
      return 'max_tokens';
    case 'tool_use':
      return 'tool_use';
    case 'refusal':
      return 'refusal';
    case 'error':
    case 'cancelled':
    case undefined:
      return null;
  }
}
