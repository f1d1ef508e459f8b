import type { Citation } from '../../contract/citations.ts';
import type { BlockDelta, BlockStartDelta } from '../../contract/deltas.ts';
import { parseJson } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import { callPrefix, reasoningItem, signatureItem } from './encode-items.ts';
import type { Call, ItemStatus } from './encode-items.ts';
import type { EventWriter } from './event-writer.ts';
import { announceItem, endItem, growItem, openCall } from './item-frames.ts';
import type { OpenItem } from './item-frames.ts';
import type { ToolBook } from './native-tool.ts';
import { itemId } from './response-object.ts';

/** Writes blocks as output items: each announced, told in pieces, and told again as a whole when it ends. */
export type ItemWriter = {
  start(delta: BlockStartDelta): string;
  grow(delta: BlockDelta): string;
  /** Ends everything; `status` is of the last item, and where that is text the sources are its. */
  end(status: ItemStatus, citations?: readonly Citation[]): string;
  /** The items that have ended, in order. */
  output(): JsonObject[];
};

type WriterContext = { answerId: () => string; tools: ToolBook };

type WriterState = WriterContext & {
  events: EventWriter;
  open: OpenItem[];
  /** By place; undefined are those still open. */
  done: (JsonObject | undefined)[];
  /** Our indexes of the calls begun so far. */
  calls: Set<number>;
  /** Ids the vendor gave its reasoning, by our index: what it encrypted fits no other. */
  reasoningIds: Map<number, string>;
  /** What messages are to the one who asked, by our index; told before their text. */
  phases: Map<number, string>;
  usedIds: Set<string>;
};

export function createItemWriter(events: EventWriter, context: WriterContext): ItemWriter {
  const state: WriterState = {
    ...context,
    events,
    open: [],
    done: [],
    calls: new Set(),
    reasoningIds: new Map(),
    phases: new Map(),
    usedIds: new Set(),
  };
  return {
    start(delta) {
      switch (delta.block) {
        case 'text':
          // It begins with its first text: a message without any is none.
          if (delta.signature !== undefined) state.phases.set(delta.index, delta.signature);
          return '';
        case 'thinking':
          return startThinking(state, delta);
        case 'tool_use':
          return startCall(state, delta);
      }
    },
    grow: delta => (delta.block === 'tool_use' ? growCall(state, delta) : growBlock(state, delta)),
    end(status, citations = []) {
      const ending = state.open;
      state.open = [];
      const last = ending.at(-1);
      if (last?.block === 'text') last.citations = citations;
      return ending.map(item => close(state, item, item === last ? status : 'completed')).join('');
    },
    output: () => state.done.filter(item => item !== undefined),
  };
}

function startThinking(state: WriterState, start: BlockStartDelta): string {
  const { index, id, signature, redacted_data } = start;
  if (id) state.reasoningIds.set(index, id);
  if (signature === undefined && redacted_data === undefined) return '';
  const { frames, item } = findOrBegin(state, start);
  if (signature !== undefined) item.signature = signature;
  if (redacted_data !== undefined) item.redacted_data = redacted_data;
  return frames;
}

function startCall(state: WriterState, { index, id, name, signature }: BlockStartDelta): string {
  if (state.calls.has(index)) return '';
  state.calls.add(index);
  const position = state.done.length;
  const call_id = id || itemId('call', state.answerId(), position);
  const signed = signature === undefined ? '' : writeSignature(state, call_id, signature);
  const call = { call_id, name: name ?? '', tool: state.tools.get(name ?? '') };
  return signed + begin(state, { block: 'tool_use', index }, call).frames;
}

function growCall(state: WriterState, delta: BlockDelta): string {
  const item = findOpen(state, delta);
  if (!item) return '';
  const frames = delta.delta ? growItem(state.events, item, delta.delta) : '';
  const { signature } = delta;
  return signature === undefined
    ? frames
    : frames + writeSignature(state, item.call?.call_id ?? '', signature);
}

function growBlock(state: WriterState, delta: BlockDelta): string {
  const text = delta.delta ?? '';
  const { signature } = delta;
  // A message without text is none, signed or not.
  if (text === '' && (signature === undefined || (delta.block === 'text' && !findOpen(state, delta))))
    return '';
  const { frames, item } = findOrBegin(state, delta);
  if (signature !== undefined) item.signature = signature;
  return text === '' ? frames : frames + growItem(state.events, item, text);
}

type BlockKey = Pick<BlockDelta, 'block' | 'index'>;

function findOpen(state: WriterState, { block, index }: BlockKey): OpenItem | undefined {
  return state.open.findLast(item => item.block === block && item.index === index);
}

function findOrBegin(state: WriterState, key: BlockKey): { frames: string; item: OpenItem } {
  const item = findOpen(state, key);
  return item ? { frames: '', item } : begin(state, key);
}

function begin(
  state: WriterState,
  { block, index }: BlockKey,
  call?: Call,
): { frames: string; item: OpenItem } {
  const frames = makeRoom(state);
  const position = state.done.length;
  const vendorId = block === 'thinking' ? state.reasoningIds.get(index) : undefined;
  // Two items of one id are refused.
  const isFree = vendorId !== undefined && !state.usedIds.has(vendorId);
  const prefix = call ? callPrefix(call) : block === 'text' ? 'msg' : 'rs';
  const id = isFree ? vendorId : itemId(prefix, state.answerId(), position);
  state.usedIds.add(id);
  const phase = block === 'text' ? state.phases.get(index) : undefined;
  const item: OpenItem = {
    block,
    index,
    id,
    position,
    text: '',
    ...(phase !== undefined && { signature: phase }),
    ...(call && { call: openCall(call) }),
  };
  state.done.push(undefined);
  state.open.push(item);
  return { frames: frames + announceItem(state.events, item), item };
}

/** Text and thinking end where something else begins; arguments may come in turns with those of other calls. */
function makeRoom(state: WriterState): string {
  const ending = state.open.filter(isWhole);
  state.open = state.open.filter(item => !ending.includes(item));
  return ending.map(item => close(state, item, 'completed')).join('');
}

function isWhole({ block, text }: OpenItem): boolean {
  if (block !== 'tool_use') return true;
  return text.trimEnd().endsWith('}') && parseJson(text) !== undefined;
}

function close(state: WriterState, item: OpenItem, status: ItemStatus): string {
  const { frames, whole } = endItem(state.events, item, status);
  state.done[item.position] = whole;
  return frames;
}

/** An item beside the call, see carried-reasoning.ts. */
function writeSignature({ events, done, answerId }: WriterState, callId: string, signature: string): string {
  const output_index = done.length;
  const id = itemId('rs', answerId(), output_index);
  const item = signatureItem(id, callId, signature);
  done.push(item);
  return (
    events.writeItem('response.output_item.added', output_index, reasoningItem(id, { text: '' })) +
    events.writeItem('response.output_item.done', output_index, item)
  );
}
