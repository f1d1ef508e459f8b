import type { ApiEvents } from '../../../electron/contract/api.ts';
import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion, GrowingBlock } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { Block } from '../../../electron/contract/message.ts';

export type DeltaBatch = ApiEvents['message.deltas'];

/** An answer while it arrives. The completion grows in place; `version` tells React that it did. */
export type LiveStream = {
  chat_id: string;
  message_id: string;
  completion: Completion;
  /** Number of the last batch folded in. */
  batch: number;
  /** Batches that came before an earlier one, by number. */
  waiting: Map<number, Delta[]>;
  version: number;
};

export function newLiveStream(chatId: string, messageId: string): LiveStream {
  return {
    chat_id: chatId,
    message_id: messageId,
    completion: emptyCompletion(),
    batch: 0,
    waiting: new Map(),
    version: 0,
  };
}

/** Folds a batch in, and whatever waited for it. A batch that is known already changes nothing. */
export function foldBatch(stream: LiveStream, { batch, deltas }: Pick<DeltaBatch, 'batch' | 'deltas'>): void {
  if (batch <= stream.batch) return;
  stream.waiting.set(batch, deltas);
  foldWaiting(stream);
}

/** Starts over from what `chats.get` returned: content that holds all batches up to `batch`. */
export function seedStream(stream: LiveStream, content: readonly Block[], batch: number): void {
  if (batch < stream.batch) return;
  if (batch > stream.batch) {
    stream.completion = { ...emptyCompletion(), blocks: content.flatMap(toGrowingBlock) };
    stream.batch = batch;
    for (const number of stream.waiting.keys()) if (number <= batch) stream.waiting.delete(number);
  }
  foldWaiting(stream);
}

/** Whether a batch is missing between what is shown and what has arrived. */
export function hasGap(stream: LiveStream): boolean {
  return stream.waiting.size > 0;
}

function foldWaiting(stream: LiveStream): void {
  for (;;) {
    const deltas = stream.waiting.get(stream.batch + 1);
    if (!deltas) return;
    for (const delta of deltas) {
      claimSeededBlock(stream.completion, delta);
      applyDelta(stream.completion, delta);
    }
    stream.batch += 1;
    stream.waiting.delete(stream.batch);
  }
}

/** Index of a block that came from stored content, which does not say the index its deltas will carry. */
const seededIndex = -1;

/** Lets the deltas of a seeded block find it: the last one of the type takes the index of the first delta without a start. */
function claimSeededBlock({ blocks }: Completion, delta: Delta): void {
  if (delta.type !== 'block_delta') return;
  const isKnown = blocks.some(block => block.block === delta.block && block.index === delta.index);
  if (isKnown) return;
  const seeded = blocks.findLast(block => block.block === delta.block && block.index === seededIndex);
  if (seeded) seeded.index = delta.index;
}

function toGrowingBlock(block: Block): GrowingBlock[] {
  switch (block.type) {
    case 'text':
    case 'thinking':
      return [{ block: block.type, index: seededIndex, text: block.text }];
    case 'tool_use':
      // Arguments in stored content are parsed JSON; the rest of a half-arrived one cannot be joined to it, so only
      // a complete one is shown. The final message replaces it either way.
      return [
        {
          block: 'tool_use',
          index: seededIndex,
          id: block.id,
          name: block.name,
          text: JSON.stringify(block.input),
        },
      ];
    case 'attachment':
    case 'tool_result':
      return [];
  }
}
