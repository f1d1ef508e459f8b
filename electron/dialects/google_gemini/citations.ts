import type { Citation } from '../../contract/citations.ts';
import type { Delta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import { objectField, objectsField } from '../json-fields.ts';
import { citationDeltas, readCitation } from '../read-citations.ts';

/** Google's own search leads to its sources by way of an address of Google's; the title names the site. */
export function decodeCitations(candidate: JsonObject): Delta[] {
  const grounding = objectField(candidate, 'groundingMetadata');
  if (!grounding) return [];
  return citationDeltas(
    objectsField(grounding, 'groundingChunks').map(chunk => readCitation(objectField(chunk, 'web'), 'uri')),
  );
}

export function encodeCitations(citations: readonly Citation[] = []) {
  if (citations.length === 0) return undefined;
  const groundingChunks = citations.map(({ url, title }) => ({ web: { uri: url, title: title ?? url } }));
  return { groundingMetadata: { groundingChunks } };
}
