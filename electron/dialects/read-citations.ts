import type { Citation } from '../contract/citations.ts';
import type { Delta } from '../contract/deltas.ts';
import type { JsonObject } from '../contract/json.ts';
import { textField } from './json-fields.ts';

/** A source as most vendors say it; undefined where it is no page of the web, e.g. a file that was uploaded. */
export function readCitation(source: JsonObject | undefined, urlName = 'url'): Citation | undefined {
  const url = source && textField(source, urlName);
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined;
  const title = textField(source ?? {}, 'title');
  return title === undefined ? { url } : { url, title };
}

export function citationDeltas(citations: readonly (Citation | undefined)[]): Delta[] {
  const known = citations.filter(citation => citation !== undefined);
  return known.length === 0 ? [] : [{ type: 'message', citations: known }];
}
