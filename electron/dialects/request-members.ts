import { AppError } from '../contract/errors.ts';
import { parseJson } from '../contract/json.ts';
import { invalidField } from './request-fields.ts';
import { parseString } from './scan-json.ts';
import type { JsonMember } from './scan-json.ts';

// For bodies that pass as bytes: what is read and changed where a scan found it.

/** Bytes `start` to `end` of the body give way to `text`. */
export type Edit = { start: number; end: number; text: string };

/** Repeated fields: the last counts, as for JSON.parse. */
export function findLast(members: JsonMember[], name: string): JsonMember | undefined {
  return members.findLast(member => member.name === name);
}

export function readModelMember(body: Buffer, member: JsonMember | undefined): string {
  if (!member) {
    throw new AppError('invalid_request', 'model is missing: name one as backend/model-id.', {
      body: { param: 'model' },
    });
  }
  const model = readText(body, member);
  if (model === '') throw invalidField('model', 'a string like backend/model-id');
  return model;
}

/** Empty where it is no string. */
function readText(body: Buffer, { start, end, value }: JsonMember): string {
  if (value !== undefined) return typeof value === 'string' ? value : '';
  return body[start] === 0x22 ? parseString(body, start, end) : '';
}

export function readFlagMember(body: Buffer, member: JsonMember | undefined, path: string): boolean {
  if (!member) return false;
  const value = member.value ?? parseJson(body.toString('latin1', member.start, member.end));
  if (typeof value === 'boolean' || value === null) return value === true;
  throw invalidField(path, 'true or false');
}

/** What is smaller is quicker copied into one piece than sent in several. */
const joinedBytes = 16 * 1024;

/** In pieces that follow each other: of a large body they are views. */
export function applyEdits(body: Buffer, edits: readonly Edit[]): Buffer[] {
  const ordered = edits.length > 1 ? edits.toSorted((a, b) => a.start - b.start || a.end - b.end) : edits;
  return body.length < joinedBytes ? [joinEdited(body, ordered)] : cutEdited(body, ordered);
}

function joinEdited(body: Buffer, edits: readonly Edit[]): Buffer {
  let length = body.length;
  for (const { start, end, text } of edits) length += Buffer.byteLength(text) - (end - start);
  const joined = Buffer.allocUnsafe(length);
  let [from, to] = [0, 0];
  for (const { start, end, text } of edits) {
    to += body.copy(joined, to, from, start);
    to += joined.write(text, to);
    from = end;
  }
  body.copy(joined, to, from);
  return joined;
}

function cutEdited(body: Buffer, edits: readonly Edit[]): Buffer[] {
  const pieces: Buffer[] = [];
  let position = 0;
  for (const { start, end, text } of edits) {
    pieces.push(body.subarray(position, start), Buffer.from(text, 'utf8'));
    position = end;
  }
  pieces.push(body.subarray(position));
  return pieces.filter(piece => piece.length > 0);
}
