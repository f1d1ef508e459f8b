import type { Citation } from './citations.ts';
import type { ErrorInfo } from './errors.ts';
import type { Json } from './json.ts';
import type { Usage } from './usage.ts';

export const finishReasons = ['stop', 'length', 'tool_use', 'refusal', 'error', 'cancelled'] as const;
export type FinishReason = (typeof finishReasons)[number];

export type DeltaBlockType = 'text' | 'thinking' | 'tool_use';

/** Folds into the answer as a whole and shows nothing; usage merges last-wins, private lists concatenate. */
export type MessageDelta = {
  type: 'message';
  id?: string;
  model?: string;
  finish_reason?: FinishReason;
  usage?: Usage;
  private?: Json[];
  /** Pages the answer draws on; those of all deltas together, each once. */
  citations?: Citation[];
};

/** Blocks are keyed by (block, index). A block_delta without a start makes one, for text and thinking only. */
export type BlockStartDelta = {
  type: 'block_start';
  block: DeltaBlockType;
  index: number;
  id?: string;
  name?: string;
  signature?: string;
  redacted_data?: string;
};

/** `delta` is text, or for tool_use the next piece of the arguments' JSON text. */
export type BlockDelta = {
  type: 'block_delta';
  block: DeltaBlockType;
  index: number;
  delta?: string;
  signature?: string;
};

export type ErrorDelta = { type: 'error'; error: ErrorInfo };

/** What a dialect makes of one upstream event; also what `modify_events` of a script receives and returns. */
export type Delta = MessageDelta | BlockStartDelta | BlockDelta | ErrorDelta;
