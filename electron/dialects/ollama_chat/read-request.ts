import type { PassthroughRequest } from '../dialect.ts';
import { applyEdits, findLast, readFlagMember, readModelMember } from '../request-members.ts';
import { scanMembers } from '../scan-json.ts';

const wantedFields: ReadonlySet<string> = new Set(['model', 'stream']);

/** Finds what the gateway must know in a body it otherwise leaves alone. Usage need not be asked for: it always comes. */
export function readRequest(body: Buffer): PassthroughRequest {
  const members = scanMembers(body, wantedFields);
  const models = members.filter(member => member.name === 'model');
  return {
    model: readModelMember(body, models.at(-1)),
    stream: readStream(body, members),
    edits_answer: false,
    rewrite(name) {
      // Every `model`, should there be several: an upstream that reads the first must not get another one.
      const edits = models.map(({ start, end }) => ({ start, end, text: JSON.stringify(name) }));
      return applyEdits(body, edits);
    },
  };
}

/** Ollama streams unless told not to. */
function readStream(body: Buffer, members: ReturnType<typeof scanMembers>): boolean {
  const member = findLast(members, 'stream');
  if (!member || body.toString('latin1', member.start, member.end) === 'null') return true;
  return readFlagMember(body, member, 'stream');
}
