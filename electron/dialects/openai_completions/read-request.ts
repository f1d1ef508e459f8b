import type { PassthroughRequest } from '../dialect.ts';
import { invalidField } from '../request-fields.ts';
import { applyEdits, findLast, readFlagMember, readModelMember } from '../request-members.ts';
import type { Edit } from '../request-members.ts';
import { scanMembers } from '../scan-json.ts';
import type { JsonMember } from '../scan-json.ts';

const wantedFields: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options']);
const usageField: ReadonlySet<string> = new Set(['include_usage']);

/** Finds what the gateway must know in a body it otherwise leaves alone. Repeated fields: the last counts, as for JSON.parse. */
export function readRequest(body: Buffer): PassthroughRequest {
  const members = scanMembers(body, wantedFields);
  const models = members.filter(member => member.name === 'model');
  const model = readModelMember(body, models.at(-1));
  const stream = readFlagMember(body, findLast(members, 'stream'), 'stream');
  const usageEdit = stream ? editForUsage(body, findLast(members, 'stream_options')) : undefined;
  return {
    model,
    stream,
    edits_answer: usageEdit !== undefined,
    rewrite(name) {
      // Every `model`, should there be several: an upstream that reads the first must not get another one.
      const edits = models.map(({ start, end }) => ({ start, end, text: JSON.stringify(name) }));
      if (usageEdit) edits.push(usageEdit);
      return applyEdits(body, edits);
    },
  };
}

/** How the body must change to ask for usage; undefined where the tool asked itself. */
function editForUsage(body: Buffer, options: JsonMember | undefined): Edit | undefined {
  if (!options) {
    const start = body.indexOf('{') + 1;
    // There is a member after it: model.
    return { start, end: start, text: '"stream_options":{"include_usage":true},' };
  }
  const { start, end } = options;
  const value = body.subarray(start, end);
  if (value.toString('latin1') === 'null') return { start, end, text: '{"include_usage":true}' };
  if (value[0] !== 0x7b) throw invalidField('stream_options', 'an object');
  const asked = findLast(scanMembers(value, usageField), 'include_usage');
  if (asked) {
    if (readFlagMember(value, asked, 'stream_options.include_usage')) return undefined;
    return { start: start + asked.start, end: start + asked.end, text: 'true' };
  }
  const isEmpty = /^\{\s*\}$/.test(value.toString('latin1'));
  return { start: start + 1, end: start + 1, text: `"include_usage":true${isEmpty ? '' : ','}` };
}
