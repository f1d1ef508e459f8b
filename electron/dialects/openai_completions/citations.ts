import type { Citation } from '../../contract/citations.ts';
import type { Delta } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import { objectField, objectsField } from '../json-fields.ts';
import { citationDeltas, readCitation } from '../read-citations.ts';

/**
 * OpenAI and OpenRouter annotate the message. Perplexity and xAI name the pages beside the choices, Perplexity once with
 * titles and once without, and all of them again in every event: `told` holds those that were told already.
 */
export function decodeCitations(
  event: JsonObject,
  content: JsonObject | undefined,
  told: Set<string>,
): Delta[] {
  // Nearly every event of a stream.
  if (!content?.['annotations'] && !event['citations'] && !event['search_results']) return [];
  const annotations = content ? objectsField(content, 'annotations') : [];
  const addresses = Array.isArray(event['citations']) ? event['citations'] : [];
  const found = [
    ...annotations.map(annotation => readCitation(objectField(annotation, 'url_citation'))),
    ...objectsField(event, 'search_results').map(result => readCitation(result)),
    ...addresses.map(url => readCitation(typeof url === 'string' ? { url } : undefined)),
  ];
  const fresh = found.filter((citation): citation is Citation => {
    if (citation === undefined || told.has(citation.url)) return false;
    told.add(citation.url);
    return true;
  });
  return citationDeltas(fresh);
}

/** Where in the text a page is meant is not known across dialects; the words are OpenAI's, and they want both. */
export function encodeCitations(citations: readonly Citation[] = []) {
  return citations.map(({ url, title }) => ({
    type: 'url_citation' as const,
    url_citation: { url, title: title ?? url, start_index: 0, end_index: 0 },
  }));
}
