import type { StopReason } from '@anthropic-ai/sdk/resources/messages';
import type { BetaStopReason } from '@anthropic-ai/sdk/resources/beta/messages';

import type { FinishReason } from '../../contract/deltas.ts';

const anthropicReasons = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  // Turns stopped half-way, by a tool of Anthropic's own or for a summary: like a full answer they go on when asked again.
  pause_turn: 'length',
  compaction: 'length',
  tool_use: 'tool_use',
  refusal: 'refusal',
} satisfies Record<BetaStopReason, FinishReason>;

/** Sent by servers that say they are compatible. */
const otherReasons = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  error: 'error',
} satisfies Record<string, FinishReason>;

const neutralReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({ ...anthropicReasons, ...otherReasons }),
);

/** What Anthropic's `stop_reason` means. An unknown word ends the answer like `end_turn`. */
export function decodeStopReason(reason: string): FinishReason {
  return neutralReasons.get(reason.toLowerCase()) ?? 'stop';
}

/** Null where the answer did not end by itself: a made-up reason would tell the tool that it is whole. */
export function encodeStopReason(reason: FinishReason | undefined): StopReason | null {
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
