import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { SchemaElement } from 'hyparquet-writer';

import { callSchema } from '../contract/calls.ts';
import type { Call } from '../contract/calls.ts';

/** A Parquet file of calls as it grows: what was returned is written and forgotten, but for where it stands. */
export type ParquetFile = {
  /** The bytes of one row group; the first has the file's head before it. */
  group(calls: readonly Call[]): Uint8Array;
  /** The bytes at the end, without which nobody can read the others. */
  finish(): Uint8Array;
};

type Kind = 'text' | 'time' | 'whole' | 'number';

const kinds: Record<keyof Call, Kind> = {
  id: 'text',
  started_at: 'time',
  client: 'text',
  backend: 'text',
  model_asked: 'text',
  model_answered: 'text',
  dialect_in: 'text',
  dialect_out: 'text',
  status: 'text',
  http_status: 'whole',
  error_code: 'text',
  input_tokens: 'whole',
  output_tokens: 'whole',
  cache_read_tokens: 'whole',
  cache_write_tokens: 'whole',
  reasoning_tokens: 'whole',
  tokens_origin: 'text',
  cost_usd: 'number',
  price: 'text',
  first_token_ms: 'number',
  duration_ms: 'number',
  attempts: 'whole',
  original_cost_usd: 'number',
  original_price: 'text',
  recomputed_at: 'time',
};
const names = Object.keys(callSchema.shape) as (keyof Call)[]; // the names of the very schema

/** Physical types; milliseconds since 1970 are what a time has, and 64 bits hold every count. */
const types = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  whole: { type: 'INT64' },
  number: { type: 'DOUBLE' },
} as const satisfies Record<Kind, Partial<SchemaElement>>;

const schema: SchemaElement[] = [
  { name: 'calls', num_children: names.length },
  ...names.map(name => ({ name, repetition_type: 'OPTIONAL' as const, ...types[kinds[name]] })),
];

export function createParquetFile(): ParquetFile {
  const writer = new ByteWriter(1 << 20);
  const file = new ParquetWriter({ writer, schema, createdBy: 'Parley' });
  const take = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    // The place in the file goes on, the buffer begins anew.
    writer.index = 0;
    return bytes;
  };
  return {
    group(calls) {
      const columnData = names.map(name => ({
        name,
        data: calls.map(call => toValue(kinds[name], call[name])),
        offsetIndex: false,
      }));
      // Not waited for: a writer in memory has nothing to flush.
      void file.write({ columnData, rowGroupSize: calls.length });
      return take();
    },
    finish() {
      void file.finish();
      return take();
    },
  };
}

function toValue(kind: Kind, value: string | number | null): string | number | bigint | Date | null {
  if (value === null) return null;
  switch (kind) {
    case 'text':
    case 'number':
      return value;
    case 'time':
      return new Date(value);
    case 'whole':
      return BigInt(Math.round(Number(value)));
  }
}
