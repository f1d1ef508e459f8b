import { isJsonObject } from '../contract/json.ts';
import type { ChatRequest } from '../contract/request.ts';
import { isEmpty } from './request-fields.ts';

/**
 * A request with those members of kept objects as fields of their own, e.g. `reasoning.exclude`, that were not
 * understood: an upstream of another format does not get them, and they are to be named. `understood` are the members
 * of each object that were.
 */
export function withLeftMembers(
  request: ChatRequest,
  understood: Readonly<Record<string, readonly string[]>>,
): ChatRequest {
  const { extra } = request;
  if (!extra) return request;
  const left = Object.entries(understood).flatMap(([name, known]) => {
    const kept = extra[name];
    if (!isJsonObject(kept)) return [];
    const others = Object.entries(kept).filter(
      ([member, value]) => !known.includes(member) && !isEmpty(value),
    );
    return others.map(([member, value]) => [`${name}.${member}`, value] as const);
  });
  return left.length === 0 ? request : { ...request, extra: { ...extra, ...Object.fromEntries(left) } };
}
