import { z } from 'zod';

/** A page an answer draws on. Their order is that of the numbers the answer's text may hold. */
export const citationSchema = z.object({ url: z.string(), title: z.string().optional() });
export type Citation = z.infer<typeof citationSchema>;

/** Adds what is new. Vendors name a page again with every sentence, event and list, at times without its title. */
export function mergeCitations(known: readonly Citation[], added: readonly Citation[]): Citation[] {
  const byUrl = new Map(known.map(citation => [citation.url, citation]));
  for (const citation of added) {
    const before = byUrl.get(citation.url);
    if (before?.title === undefined) byUrl.set(citation.url, citation);
  }
  return [...byUrl.values()];
}
