import type { JsonObject } from '../../contract/json.ts';
import { sseFrame } from '../sse.ts';

/** Fields of a delta's text, which tell its type, too. */
const deltaTypes = {
  text: 'text_delta',
  thinking: 'thinking_delta',
  signature: 'signature_delta',
  partial_json: 'input_json_delta',
} as const;

type DeltaField = keyof typeof deltaTypes;

type QueuedBlock = {
  key: string;
  start: JsonObject;
  isOpen: boolean;
  waiting: { field: DeltaField; text: string }[];
  /** A call's arguments so far, looked at to tell whether they are whole. */
  input: string;
};

/**
 * Writes blocks one after the other, as Anthropic does and its clients demand: other vendors write several tool calls
 * at once. What comes for a block that has to wait is held until those before it are whole.
 */
export type BlockWriter = {
  /** A block under a key of its own; a key that is still in use is left as it is. */
  add(key: string, start: JsonObject): string;
  /** Text and thinking begin by growing; a call that was not added is passed over. */
  grow(key: string, field: DeltaField, text: string): string;
  /** Everything that is still held or open. */
  end(): string;
};

export function createBlockWriter(): BlockWriter {
  const queue: QueuedBlock[] = [];
  const seen = new Set<string>();
  let index = 0;

  function push(key: string, start: JsonObject): QueuedBlock {
    const block = { key, start, isOpen: false, waiting: [], input: '' };
    queue.push(block);
    seen.add(key);
    return block;
  }

  function writeHead(block: QueuedBlock): string {
    let frames = '';
    if (!block.isOpen) {
      block.isOpen = true;
      frames += writeEvent({ type: 'content_block_start', index, content_block: block.start });
    }
    for (const { field, text } of block.waiting) frames += writeDelta(index, field, text);
    block.waiting = [];
    return frames;
  }

  function close(block: QueuedBlock): string {
    const frames = writeHead(block) + writeEvent({ type: 'content_block_stop', index });
    queue.shift();
    index += 1;
    return frames;
  }

  function advance(): string {
    let frames = '';
    for (let head = queue[0]; head; head = queue[0]) {
      frames += writeHead(head);
      if (queue.length === 1 || !isWhole(head)) break;
      frames += close(head);
    }
    return frames;
  }

  return {
    add(key, start) {
      if (seen.has(key)) return '';
      push(key, start);
      return advance();
    },
    grow(key, field, text) {
      let block = queue.findLast(known => known.key === key);
      if (!block) {
        if (field === 'partial_json') return '';
        block = push(key, field === 'text' ? emptyText : emptyThinking);
      }
      if (field === 'partial_json') block.input += text;
      block.waiting.push({ field, text });
      return advance();
    },
    end() {
      let frames = '';
      for (let head = queue[0]; head; head = queue[0]) frames += close(head);
      return frames;
    },
  };
}

const emptyText: JsonObject = { type: 'text', text: '' };
const emptyThinking: JsonObject = { type: 'thinking', thinking: '', signature: '' };

/** Text and thinking end where something else begins; arguments may come in turns with those of other calls. */
function isWhole(block: QueuedBlock): boolean {
  if (block.start['type'] !== 'tool_use') return true;
  if (!block.input.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(block.input);
    return true;
  } catch {
    return false;
  }
}

function writeDelta(index: number, field: DeltaField, text: string): string {
  // By hand, because most of a stream is this.
  const delta = `{"type":"${deltaTypes[field]}","${field}":${JSON.stringify(text)}}`;
  return sseFrame(`{"type":"content_block_delta","index":${index},"delta":${delta}}`, 'content_block_delta');
}

function writeEvent(event: JsonObject & { type: string }): string {
  return sseFrame(JSON.stringify(event), event.type);
}
