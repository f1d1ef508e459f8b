import type { JsonObject } from '../../contract/json.ts';
import { sseFrame } from '../sse.ts';

/** Numbers the events of one stream. */
export type EventWriter = {
  writeStart(response: JsonObject): string;
  write(type: string, fields: JsonObject): string;
  writeDelta(type: DeltaEvent, place: { id: string; position: number }, delta: string): string;
};

/** Fields that say where in its item a delta belongs; each of our items has one part. */
const partFields = {
  'response.output_text.delta': ',"content_index":0,"logprobs":[]',
  'response.reasoning_summary_text.delta': ',"summary_index":0',
  'response.function_call_arguments.delta': '',
} as const;

type DeltaEvent = keyof typeof partFields;

export function createEventWriter(): EventWriter {
  // The first two numbers are those of the start, which is only written once something is known to follow it.
  let next = 2;
  return {
    writeStart: response =>
      writeEvent('response.created', 0, { response }) + writeEvent('response.in_progress', 1, { response }),
    write: (type, fields) => writeEvent(type, next++, fields),
    writeDelta(type, { id, position }, delta) {
      // By hand, because most of a stream is this.
      const head = `"type":"${type}","sequence_number":${next++},"item_id":${JSON.stringify(id)}`;
      return `event: ${type}\ndata: {${head},"output_index":${position}${partFields[type]},"delta":${JSON.stringify(delta)}}\n\n`;
    },
  };
}

function writeEvent(type: string, sequence_number: number, fields: JsonObject): string {
  return sseFrame(JSON.stringify({ type, sequence_number, ...fields }), type);
}
