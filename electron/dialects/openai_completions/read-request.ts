import { AppError } from '../../contract/errors.ts';
import type { PassthroughRequest } from '../dialect.ts';
import { parseString, scanMembers } from '../scan-json.ts';
import type { JsonMember } from '../scan-json.ts';
import { invalidField } from '../request-fields.ts';

/** Bytes `start` to `end` of the body give way to `text`. */
type Edit = { start: number; end: number; text: string };

const wantedFields: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options']);
const usageField: ReadonlySet<string> = new Set(['include_usage']);

/** Finds what the gateway must know in a body it otherwise leaves alone. Repeated fields: the last counts, as for JSON.parse. */
export function readRequest(body: Buffer): PassthroughRequest {
  const members = scanMembers(body, wantedFields);
  const models = members.filter(member => member.name === 'model');
  const model = readModel(body, models.at(-1));
  const stream = readFlag(body, findLast(members, 'stream'), 'stream');
  const usageEdit = stream ? editForUsage(body, findLast(members, 'stream_options')) : undefined;
  return {
    model,
    stream,
    usage_added: usageEdit !== undefined,
    rewrite(name) {
      // Every `model`, should there be several: an upstream that reads the first must not get another one.
      const edits = models.map(({ start, end }) => ({ start, end, text: JSON.stringify(name) }));
      return applyEdits(body, usageEdit ? [...edits, usageEdit] : edits);
    },
  };
}

function findLast(members: JsonMember[], name: string): JsonMember | undefined {
  return members.findLast(member => member.name === name);
}

function readModel(body: Buffer, member: JsonMember | undefined): string {
  if (!member) {
    throw new AppError('invalid_request', 'model is missing: name one as backend/model-id.', {
      body: { param: 'model' },
    });
  }
  const isString = body[member.start] === 0x22;
  const model = isString ? parseString(body, member.start, member.end) : '';
  if (model === '') throw invalidField('model', 'a string like backend/model-id');
  return model;
}

function readFlag(body: Buffer, member: JsonMember | undefined, path: string): boolean {
  const text = member ? body.toString('latin1', member.start, member.end) : 'null';
  if (text === 'true') return true;
  if (text === 'false' || text === 'null') return false;
  throw invalidField(path, 'true or false');
}

/** How the body must change to ask for usage; undefined where the tool asked itself. */
function editForUsage(body: Buffer, options: JsonMember | undefined): Edit | undefined {
  if (!options) {
    const start = body.indexOf('{') + 1;
    // There is a member after it: model.
    return { start, end: start, text: '"stream_options":{"include_usage":true},' };
  }
  const value = body.subarray(options.start, options.end);
  if (value.toString('latin1') === 'null') return { ...options, text: '{"include_usage":true}' };
  if (value[0] !== 0x7b) throw invalidField('stream_options', 'an object');
  const asked = findLast(scanMembers(value, usageField), 'include_usage');
  if (asked) {
    if (readFlag(value, asked, 'stream_options.include_usage')) return undefined;
    return { start: options.start + asked.start, end: options.start + asked.end, text: 'true' };
  }
  const isEmpty = /^\{\s*\}$/.test(value.toString('latin1'));
  const start = options.start + 1;
  return { start, end: start, text: `"include_usage":true${isEmpty ? '' : ','}` };
}

function applyEdits(body: Buffer, edits: Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let position = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    pieces.push(body.subarray(position, start), Buffer.from(text, 'utf8'));
    position = end;
  }
  pieces.push(body.subarray(position));
  return Buffer.concat(pieces);
}
