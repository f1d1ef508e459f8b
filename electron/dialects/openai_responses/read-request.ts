import { isJsonObject, parseJson } from '../../contract/json.ts';
import type { PassthroughRequest } from '../dialect.ts';
import { applyEdits, findLast, readFlagMember, readModelMember } from '../request-members.ts';
import { scanMembers } from '../scan-json.ts';
import { isCarried } from './carried-reasoning.ts';

const wantedFields: ReadonlySet<string> = new Set(['model', 'stream']);

/** Finds what the gateway must know in a body it otherwise leaves alone. Usage need not be asked for: it always comes. */
export function readRequest(body: Buffer): PassthroughRequest {
  const members = scanMembers(body, wantedFields);
  const models = members.filter(member => member.name === 'model');
  return {
    model: readModelMember(body, models.at(-1)),
    stream: readFlagMember(body, findLast(members, 'stream'), 'stream'),
    edits_answer: false,
    rewrite(name) {
      // Every `model`, should there be several: an upstream that reads the first must not get another one.
      const edits = models.map(({ start, end }) => ({ start, end, text: JSON.stringify(name) }));
      return withoutCarried(applyEdits(body, edits));
    },
  };
}

/**
 * A conversation that another vendor answered before holds its signatures in items of ours, which this one would refuse
 * as not its own. Nearly no body has them, and is left as it is.
 */
function withoutCarried(body: Buffer[]): Buffer[] {
  if (!body.some(piece => piece.includes('"parley:'))) return body;
  const parsed = parseJson(Buffer.concat(body).toString('utf8'));
  // What is no JSON is refused by the upstream, in its own words.
  if (!isJsonObject(parsed) || !Array.isArray(parsed['input'])) return body;
  const input = parsed['input'].filter(item => !isJsonObject(item) || !isCarried(item));
  return input.length === parsed['input'].length ? body : [Buffer.from(JSON.stringify({ ...parsed, input }))];
}
