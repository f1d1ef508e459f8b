import type { ResponseStreamEvent } from 'openai/resources/responses/responses';

import type { JsonObject } from '../../contract/json.ts';
import { sseFrame } from '../sse.ts';
import type { Wire } from '../wire.ts';

/** An event of OpenAI's without its number. Those that hold items or answers are typed where these are made. */
type PlainEvent = DistributiveOmit<
  Extract<Wire<ResponseStreamEvent>, { item_id: string; output_index: number }>,
  'sequence_number'
>;

type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;

type ItemEvent = 'response.output_item.added' | 'response.output_item.done';
type AnswerEvent = 'response.completed' | 'response.incomplete' | 'response.failed';

/** Numbers the events of one stream. */
export type EventWriter = {
  writeStart(response: JsonObject): string;
  write(event: PlainEvent): string;
  writeItem(type: ItemEvent, output_index: number, item: JsonObject): string;
  /** The last event. */
  writeEnd(type: AnswerEvent, response: JsonObject): string;
  writeDelta(type: DeltaEvent, place: { id: string; position: number }, delta: string): string;
};

/** Fields that say where in its item a delta belongs; each of our items has one part. */
const partFields = {
  'response.output_text.delta': ',"content_index":0,"logprobs":[]',
  'response.reasoning_summary_text.delta': ',"summary_index":0',
  'response.function_call_arguments.delta': '',
  'response.custom_tool_call_input.delta': '',
} as const satisfies Partial<Record<ResponseStreamEvent['type'], string>>;

type DeltaEvent = keyof typeof partFields;

/** `sent` holds the last events of a stream that goes on. */
export function createEventWriter(sent = ''): EventWriter {
  // The first two numbers are those of the start, which is only written once something is known to follow it.
  let next = Math.max(2, lastNumber(sent) + 1);
  return {
    writeStart(response) {
      // A request with many tools is long, and stands in both.
      const text = JSON.stringify(response);
      return writeAnswer('response.created', 0, text) + writeAnswer('response.in_progress', 1, text);
    },
    write: event => writeEvent(event.type, next++, event),
    writeItem: (type, output_index, item) => writeEvent(type, next++, { type, output_index, item }),
    writeEnd: (type, response) => writeAnswer(type, next++, JSON.stringify(response)) + endMark,
    writeDelta(type, { id, position }, delta) {
      // By hand, because most of a stream is this.
      const head = `"type":"${type}","sequence_number":${next++},"item_id":${JSON.stringify(id)}`;
      return `event: ${type}\ndata: {${head},"output_index":${position}${partFields[type]},"delta":${JSON.stringify(delta)}}\n\n`;
    },
  };
}

function lastNumber(events: string): number {
  const numbers = [...events.matchAll(/"sequence_number": ?(\d{1,9})\b/g)];
  return Number(numbers.at(-1)?.[1] ?? 0);
}

/** Not OpenAI's own here, but of the open standard made from its format; the clients know it from Chat Completions. */
const endMark = 'data: [DONE]\n\n';

function writeAnswer(type: ResponseStreamEvent['type'], sequence_number: number, response: string): string {
  return sseFrame(`{"type":"${type}","sequence_number":${sequence_number},"response":${response}}`, type);
}

function writeEvent(type: string, sequence_number: number, event: JsonObject): string {
  return sseFrame(JSON.stringify({ type, sequence_number, ...event }), type);
}
