import type { FinishReason } from '../../contract/deltas.ts';

export type AnswerEnd = {
  status: 'completed' | 'incomplete';
  incomplete_reason?: 'max_output_tokens' | 'content_filter';
};

/** Incomplete without a reason where the answer did not end by itself: a made-up one would tell the tool that it did. */
export function endOf(reason: FinishReason | undefined): AnswerEnd {
  switch (reason) {
    case 'stop':
    case 'tool_use':
      return { status: 'completed' };
    case 'length':
      return { status: 'incomplete', incomplete_reason: 'max_output_tokens' };
    case 'refusal':
      return { status: 'incomplete', incomplete_reason: 'content_filter' };
    case 'error':
    case 'cancelled':
    case undefined:
      return { status: 'incomplete' };
  }
}
