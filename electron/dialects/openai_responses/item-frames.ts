import type { Citation } from '../../contract/citations.ts';
import type { DeltaBlockType } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import { createFreeformReader } from '../freeform-text.ts';
import type { FreeformReader } from '../freeform-text.ts';
import { callItem, messageItem, reasoningItem, summaryPart, textPart, urlCitation } from './encode-items.ts';
import type { Call, ItemStatus } from './encode-items.ts';
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
  /** Told with the last text of the answer. */
  citations?: readonly Citation[];
  call?: OpenCall;
};

export type OpenCall = Call & {
  /** Of tools that take text: what was told of it, and what finds it in the arguments. */
  freeform?: { told: string; reader: FreeformReader };
};

export function openCall(call: Call): OpenCall {
  return call.tool?.type === 'custom'
    ? { ...call, freeform: { told: '', reader: createFreeformReader() } }
    : call;
}

const noCall: OpenCall = { call_id: '', name: '' };

/** Whether the item is told in pieces; what is known of other calls is only right once it is whole. */
function isTold({ tool }: Call): boolean {
  return tool === undefined || tool.type === 'function' || tool.type === 'custom';
}

/** What tells that the item is there, before anything of its content. */
export function announceItem(events: EventWriter, item: OpenItem): string {
  const { id, position, call = noCall, signature } = item;
  switch (item.block) {
    case 'text': {
      const place = { item_id: id, output_index: position, content_index: 0 };
      return (
        writeAdded(events, position, messageItem(id, 'in_progress', [], signature)) +
        events.write({ type: 'response.content_part.added', ...place, part: textPart('') })
      );
    }
    case 'thinking':
      return writeAdded(events, position, reasoningItem(id, { text: '' }));
    case 'tool_use':
      return isTold(call) ? writeAdded(events, position, callItem(id, 'in_progress', call, '')) : '';
  }
}

function writeAdded(events: EventWriter, output_index: number, item: JsonObject): string {
  return events.writeItem('response.output_item.added', output_index, item);
}

export function growItem(events: EventWriter, item: OpenItem, delta: string): string {
  const isFirst = item.text === '';
  item.text += delta;
  switch (item.block) {
    case 'text':
      return events.writeDelta('response.output_text.delta', item, delta);
    case 'thinking': {
      const place = { item_id: item.id, output_index: item.position, summary_index: 0 };
      const added = {
        type: 'response.reasoning_summary_part.added',
        ...place,
        part: summaryPart(''),
      } as const;
      const frames = isFirst ? events.write(added) : '';
      return frames + events.writeDelta('response.reasoning_summary_text.delta', item, delta);
    }
    case 'tool_use':
      return growCall(events, item, delta);
  }
}

function growCall(events: EventWriter, item: OpenItem, delta: string): string {
  const { call = noCall } = item;
  if (call.freeform) return tellText(events, item, call.freeform, call.freeform.reader.push(delta));
  return isTold(call) ? events.writeDelta('response.function_call_arguments.delta', item, delta) : '';
}

function tellText(
  events: EventWriter,
  item: OpenItem,
  freeform: NonNullable<OpenCall['freeform']>,
  text: string,
): string {
  if (text === '') return '';
  freeform.told += text;
  return events.writeDelta('response.custom_tool_call_input.delta', item, text);
}

/** The closing frames, and the item as a whole. */
export function endItem(
  events: EventWriter,
  item: OpenItem,
  status: ItemStatus,
): { frames: string; whole: JsonObject } {
  // What is told in pieces must add up to the whole.
  const isEmptyCall = item.block === 'tool_use' && item.text === '';
  let frames = isEmptyCall && !item.call?.freeform ? growItem(events, item, '{}') : '';
  frames += endContent(events, item);
  const whole = wholeItem(item, status);
  frames += events.writeItem('response.output_item.done', item.position, whole);
  return { frames, whole };
}

function endContent(events: EventWriter, item: OpenItem): string {
  const { block, id, position, text, call = noCall, citations = [] } = item;
  const place = { item_id: id, output_index: position };
  switch (block) {
    case 'text': {
      const at = { ...place, content_index: 0 };
      const cited = citations.map((citation, annotation_index) => {
        const annotation = urlCitation(citation);
        return events.write({
          type: 'response.output_text.annotation.added',
          ...at,
          annotation_index,
          annotation,
        });
      });
      return (
        cited.join('') +
        events.write({ type: 'response.output_text.done', ...at, text, logprobs: [] }) +
        events.write({ type: 'response.content_part.done', ...at, part: textPart(text, citations) })
      );
    }
    case 'thinking': {
      if (text === '') return '';
      const at = { ...place, summary_index: 0 };
      return (
        events.write({ type: 'response.reasoning_summary_text.done', ...at, text }) +
        events.write({ type: 'response.reasoning_summary_part.done', ...at, part: summaryPart(text) })
      );
    }
    case 'tool_use': {
      if (call.freeform) {
        const rest = tellText(events, item, call.freeform, call.freeform.reader.end());
        const input = call.freeform.told;
        return rest + events.write({ type: 'response.custom_tool_call_input.done', ...place, input });
      }
      if (!isTold(call)) return writeAdded(events, position, wholeItem(item, 'in_progress'));
      const name = call.tool?.name ?? call.name;
      const done = {
        type: 'response.function_call_arguments.done',
        ...place,
        name,
        arguments: text,
      } as const;
      return events.write(done);
    }
  }
}

function wholeItem(item: OpenItem, status: ItemStatus): JsonObject {
  const { id, text, signature, call = noCall } = item;
  switch (item.block) {
    case 'text':
      return messageItem(id, status, [textPart(text, item.citations)], signature);
    case 'thinking':
      return reasoningItem(id, item);
    case 'tool_use':
      return callItem(id, status, call, call.freeform ? call.freeform.told : text);
  }
}
