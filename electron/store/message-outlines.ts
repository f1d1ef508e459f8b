import { z } from 'zod';

import { messageStatuses } from '../contract/chats.ts';
import type { Outlines } from '../contract/outlines.ts';
import type { Database } from './load-sqlite.ts';
import { parseAs } from './parse-as.ts';

/** As the query below names them. */
const rowsSchema = z.array(
  z.tuple([
    z.string(),
    z.string().nullable(),
    z.string(),
    z.enum(['user', 'assistant']),
    z.enum(messageStatuses),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
    z.number().nullable(),
  ]),
);

export function prepareOutlines(db: Database): (chatId: string) => Outlines {
  const select = db
    .prepare(
      `SELECT id, parent_id, created_at, role, status, model, group_id, replaces_id,
         CASE WHEN role = 'assistant' THEN CAST(usage ->> 'output_tokens' AS INTEGER) END
       FROM messages WHERE chat_id = ? ORDER BY seq`,
    )
    .raw();
  return chatId => {
    const outlines = emptyOutlines();
    const places = new Map<string, number>();
    const models = new Map<string | null, number>();
    for (const row of parseAs(rowsSchema, select.all(chatId))) {
      const [id, parentId, created, role, status, model, group, replaced, tokens] = row;
      const place = places.size;
      places.set(id, place);
      outlines.ids.push(id);
      // A parent is always added before its replies.
      outlines.parents.push(parentId === null ? -1 : (places.get(parentId) ?? -1));
      outlines.created.push(created);
      outlines.authors.push(role === 'user' ? -1 : placeOf(models, model));
      outlines.tokens.push(tokens ?? 0);
      if (status !== 'complete') outlines.statuses[place] = status;
      if (group !== null) outlines.groups[place] = group;
      if (replaced !== null) outlines.replaced[place] = replaced;
    }
    outlines.models.push(...models.keys());
    return outlines;
  };
}

function emptyOutlines(): Outlines {
  const lists = { ids: [], parents: [], created: [], authors: [], models: [], tokens: [] };
  return { ...lists, statuses: {}, groups: {}, replaced: {} };
}

function placeOf(models: Map<string | null, number>, model: string | null): number {
  const place = models.get(model) ?? models.size;
  models.set(model, place);
  return place;
}
