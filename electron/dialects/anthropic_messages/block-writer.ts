import type {
  InputJSONDelta,
  RawContentBlockStartEvent,
  RawContentBlockStopEvent,
  SignatureDelta,
  TextBlock,
  TextDelta,
  ThinkingBlock,
  ThinkingDelta,
} from '@anthropic-ai/sdk/resources/messages';

import { parseJson } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import { sseFrame } from '../sse.ts';

type WireDelta = TextDelta | ThinkingDelta | SignatureDelta | InputJSONDelta;

/** Fields of a delta's text, which tell its type, too. */
type DeltaField = Exclude<
  WireDelta extends infer T ? (T extends WireDelta ? keyof T : never) : never,
  'type'
>;

const deltaTypes = {
  text: 'text_delta',
  thinking: 'thinking_delta',
  signature: 'signature_delta',
  partial_json: 'input_json_delta',
} as const satisfies Record<DeltaField, WireDelta['type']>;

type QueuedBlock = {
  key: string;
  start: JsonObject;
  isOpen: boolean;
  waiting: { field: DeltaField; text: string }[];
  /** A call's arguments so far, looked at to tell whether they are whole. */
  input: string;
  isSigned: boolean;
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
  /** Signs the thought written last, if it has no signature: some vendors sign the call that follows from it. */
  sign(signature: string): string;
  /** Everything that is still held or open. */
  end(): string;
};

export function createBlockWriter(): BlockWriter {
  const queue: QueuedBlock[] = [];
  const seen = new Set<string>();
  let index = 0;

  function push(key: string, start: JsonObject): QueuedBlock {
    const block = { key, start, isOpen: false, waiting: [], input: '', isSigned: false };
    queue.push(block);
    seen.add(key);
    return block;
  }

  function close(block: QueuedBlock): string {
    const stop = { type: 'content_block_stop', index } satisfies RawContentBlockStopEvent;
    const frames = writeHead(block, index) + writeEvent(stop);
    queue.shift();
    index += 1;
    return frames;
  }

  function advance(): string {
    let frames = '';
    for (let head = queue[0]; head; head = queue[0]) {
      frames += writeHead(head, index);
      if (queue.length === 1 || !isWhole(head)) break;
      frames += close(head);
    }
    return frames;
  }

  function grow(key: string, field: DeltaField, text: string): string {
    let block = queue.findLast(known => known.key === key);
    if (!block) {
      if (field === 'partial_json') return '';
      block = push(key, field === 'text' ? emptyText : emptyThinking);
    }
    if (field === 'partial_json') block.input += text;
    if (field === 'signature') block.isSigned = true;
    // Nobody waits: most of a stream is this.
    if (block.isOpen && queue.length === 1) return writeDelta(index, field, text);
    block.waiting.push({ field, text });
    return advance();
  }

  return {
    add(key, start) {
      if (seen.has(key)) return '';
      push(key, start);
      return advance();
    },
    grow,
    sign(signature) {
      const last = queue.at(-1);
      const isUnsigned = last?.start['type'] === 'thinking' && !last.isSigned;
      return isUnsigned ? grow(last.key, 'signature', signature) : '';
    },
    end() {
      let frames = '';
      for (let head = queue[0]; head; head = queue[0]) frames += close(head);
      return frames;
    },
  };
}

const emptyText = { type: 'text', text: '' } satisfies Omit<TextBlock, 'citations'>;
const emptyThinking = { type: 'thinking', thinking: '', signature: '' } satisfies ThinkingBlock;

/** Text and thinking end where something else begins; arguments may come in turns with those of other calls. */
function isWhole(block: QueuedBlock): boolean {
  if (block.start['type'] !== 'tool_use') return true;
  return block.input.trimEnd().endsWith('}') && parseJson(block.input) !== undefined;
}

/** What of a block is not written yet. */
function writeHead(block: QueuedBlock, index: number): string {
  let frames = block.isOpen ? '' : writeStart(index, block.start);
  block.isOpen = true;
  for (const { field, text } of block.waiting) frames += writeDelta(index, field, text);
  block.waiting = [];
  return frames;
}

function writeStart(index: number, block: JsonObject): string {
  const type = 'content_block_start' satisfies RawContentBlockStartEvent['type'];
  return writeEvent({ type, index, content_block: block });
}

function writeDelta(index: number, field: DeltaField, text: string): string {
  // By hand, because most of a stream is this.
  const delta = `{"type":"${deltaTypes[field]}","${field}":${JSON.stringify(text)}}`;
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${delta}}\n\n`;
}

function writeEvent(event: JsonObject & { type: string }): string {
  return sseFrame(JSON.stringify(event), event.type);
}
