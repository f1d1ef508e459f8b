import type { DeltaBlockType } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import { callItem, messageItem, reasoningItem, summaryPart, textPart } from './encode-items.ts';
import type { ItemStatus } from './encode-items.ts';
import type { EventWriter } from './event-writer.ts';

/** An output item while it is written. */
export type OpenItem = {
  block: DeltaBlockType;
  index: number;
  id: string;
  /** Its place in the answer's output. */
  position: number;
  text: string;
  signature?: string;
  redacted_data?: string;
  call?: { call_id: string; name: string };
};

/** What tells that the item is there, before anything of its content. */
export function announceItem(events: EventWriter, item: OpenItem): string {
  const { id, position, call } = item;
  const added = (content: JsonObject): string =>
    events.write('response.output_item.added', { output_index: position, item: content });
  switch (item.block) {
    case 'text': {
      const place = { item_id: id, output_index: position, content_index: 0 };
      return (
        added(messageItem(id, 'in_progress', [])) +
        events.write('response.content_part.added', { ...place, part: textPart('') })
      );
    }
    case 'thinking':
      return added(reasoningItem(id, { text: '' }));
    case 'tool_use':
      return added(callItem(id, 'in_progress', { call_id: '', name: '', ...call, arguments: '' }));
  }
}

export function growItem(events: EventWriter, item: OpenItem, delta: string): string {
  const isFirst = item.text === '';
  item.text += delta;
  switch (item.block) {
    case 'text':
      return events.writeDelta('response.output_text.delta', item, delta);
    case 'thinking': {
      const place = { item_id: item.id, output_index: item.position, summary_index: 0 };
      const added = { ...place, part: summaryPart('') };
      const frames = isFirst ? events.write('response.reasoning_summary_part.added', added) : '';
      return frames + events.writeDelta('response.reasoning_summary_text.delta', item, delta);
    }
    case 'tool_use':
      return events.writeDelta('response.function_call_arguments.delta', item, delta);
  }
}

/** The closing frames, and the item as a whole. */
export function endItem(
  events: EventWriter,
  item: OpenItem,
  status: ItemStatus,
): { frames: string; whole: JsonObject } {
  // What is told in pieces must add up to the whole.
  let frames = item.block === 'tool_use' && item.text === '' ? growItem(events, item, '{}') : '';
  frames += endContent(events, item);
  const whole = wholeItem(item, status);
  frames += events.write('response.output_item.done', { output_index: item.position, item: whole });
  return { frames, whole };
}

function endContent(events: EventWriter, { block, id, position, text, call }: OpenItem): string {
  const place = { item_id: id, output_index: position };
  switch (block) {
    case 'text': {
      const at = { ...place, content_index: 0 };
      return (
        events.write('response.output_text.done', { ...at, text, logprobs: [] }) +
        events.write('response.content_part.done', { ...at, part: textPart(text) })
      );
    }
    case 'thinking': {
      if (text === '') return '';
      const at = { ...place, summary_index: 0 };
      return (
        events.write('response.reasoning_summary_text.done', { ...at, text }) +
        events.write('response.reasoning_summary_part.done', { ...at, part: summaryPart(text) })
      );
    }
    case 'tool_use': {
      const name = call?.name ?? '';
      return events.write('response.function_call_arguments.done', { ...place, name, arguments: text });
    }
  }
}

function wholeItem(item: OpenItem, status: ItemStatus): JsonObject {
  const { id, text, call } = item;
  switch (item.block) {
    case 'text':
      return messageItem(id, status, [textPart(text)]);
    case 'thinking':
      return reasoningItem(id, item);
    case 'tool_use':
      return callItem(id, status, { call_id: '', name: '', ...call, arguments: text });
  }
}
