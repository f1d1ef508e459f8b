import type { ChatMessage } from '../contract/chats.ts';
import type { Delta } from '../contract/deltas.ts';
import type { Block, Message, TextBlock } from '../contract/message.ts';

/**
 * Asks for the rest of a cut answer: the answer as the model's own turn, then a request to go on. A turn of the model at
 * the very end (a prefill) would need no words, but the newest Claude models and Gemini refuse it, and OpenAI's take it
 * for a finished turn and begin a new one. An ordinary exchange is understood by all of them.
 */
export function askToContinue(history: readonly Message[], base: readonly Block[]): Message[] {
  const said = base.filter(isText).map(({ text }) => ({ type: 'text' as const, text }));
  return [
    ...history,
    { role: 'assistant', content: said },
    { role: 'user', content: [{ type: 'text', text: goOn }] },
  ];
}

const goOn =
  'Your last message was cut off. Continue it exactly where it stops, in the same language and format, with the very next word. ' +
  'Do not repeat any of it, do not start over and do not mention the interruption.';

/** What a continuation begins with: the words and thoughts of the cut answer; half a tool call is of no use. */
export function continuationBase({ content }: Pick<ChatMessage, 'content'>): Block[] {
  return content.filter(block => isText(block) || block.type === 'thinking');
}

export function hasText(content: readonly Block[]): boolean {
  return content.some(block => isText(block) && block.text.trim() !== '');
}

function isText(block: Block): block is TextBlock {
  return block.type === 'text';
}

export type Seam = {
  /** Deltas that recreate the base. */
  opening: Delta[];
  /** Turns a delta of the continuation into deltas that grow the base. */
  join(delta: Delta): Delta[];
  /** What is still held back when the stream has ended. */
  close(): Delta[];
  /** The base as far as it has grown. */
  content(): Block[];
};

/** Text held back at the beginning, in characters: enough to see whether the model repeats itself. */
const heldLength = 80;

/** Sews a continuation to the text it continues, so that both read as one. */
export function createSeam(base: readonly Block[]): Seam {
  const index = base.findLastIndex(isText);
  const tail = base.findLast(isText)?.text ?? '';
  let held: string | undefined = '';
  let grown = '';

  const grow = (text: string): Delta[] => {
    grown += text;
    return text === '' ? [] : [{ type: 'block_delta', block: 'text', index, delta: text }];
  };
  const release = (): Delta[] => {
    const text = held ?? '';
    held = undefined;
    return grow(withoutOverlap(tail, text));
  };

  return {
    opening: base.flatMap(toDeltas),
    join(delta) {
      if (delta.type === 'block_start') return [];
      if (delta.type !== 'block_delta') return [delta];
      // Thoughts on how to go on would stand in the middle of the text.
      if (delta.block !== 'text' || delta.delta === undefined) return [];
      if (held === undefined) return grow(delta.delta);
      held += delta.delta;
      return held.length >= heldLength ? release() : [];
    },
    close: () => (held === undefined ? [] : release()),
    content: () =>
      base.map((block, at) =>
        at === index && isText(block) ? { ...block, text: block.text + grown } : block,
      ),
  };
}

function toDeltas(block: Block, index: number): Delta[] {
  if (block.type !== 'text' && block.type !== 'thinking') return [];
  const signature = block.signature === undefined ? {} : { signature: block.signature };
  return [{ type: 'block_delta', block: block.type, index, delta: block.text, ...signature }];
}

/** Shortest repetition worth removing: shorter ones may be meant. */
const shortestOverlap = 8;

/** The continuation without what it repeats of the end of the text before. */
export function withoutOverlap(tail: string, text: string): string {
  for (let length = Math.min(tail.length, text.length); length >= shortestOverlap; length -= 1) {
    if (tail.endsWith(text.slice(0, length))) return text.slice(length);
  }
  return text;
}
