import type { Json } from '../../contract/json.ts';
import { asVector } from '../embedding-values.ts';

/** A vector as base64 of little-endian float32, as OpenAI's own clients ask for it. */
export function encodeVector(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

/** A vector in either form; undefined where it is none. */
export function decodeVector(value: Json | undefined): number[] | undefined {
  if (typeof value !== 'string') return asVector(value);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  return Array.from({ length: bytes.length / 4 }, (_none, index) => bytes.readFloatLE(index * 4));
}
