import { applyDelta, emptyCompletion } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { Delta } from '../../contract/deltas.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { DialectName } from '../../contract/models.ts';
import type { ChatRequest } from '../../contract/request.ts';
import type { ClientDialect } from '../../dialects/dialect.ts';
import { createEventReader } from '../../dialects/event-reader.ts';
import { matchRoute } from '../../dialects/match-route.ts';
import { getDialect } from '../../dialects/registry.ts';
import type { CallEntry } from '../inspector/call-entry.ts';
import { readBody } from '../inspector/kept-body.ts';

/** The request in our own words; undefined where it is none of a dialect's, or not all of it is there. */
export function readRequest({ received }: CallEntry, dialect: DialectName | null): ChatRequest | undefined {
  const read = received && readBody(received.body);
  if (!read?.is_whole || dialect === null) return undefined;
  const [path = ''] = received?.request.url.split('?', 1) ?? [];
  try {
    const body: unknown = JSON.parse(read.text);
    const { server } = getDialect(dialect);
    return isJsonObject(body)
      ? server.decodeRequest(body, matchRoute(server.routes, path)).request
      : undefined;
  } catch {
    // An address of its own, such as embeddings, or a field of the upstream's that we do not know.
    return undefined;
  }
}

/** The answer as far as it is there; undefined where there is none, or none in a dialect's form. */
export function readAnswer({ exchanges }: CallEntry, dialect: DialectName | null): Completion | undefined {
  const last = exchanges.at(-1);
  const content = last?.answer.content();
  if (!last || !content?.length || dialect === null || (last.status ?? 500) >= 300) return undefined;
  const type = String(last.headers['content-type'] ?? '');
  const completion = emptyCompletion();
  try {
    const { client } = getDialect(dialect);
    const bytes = Buffer.from(content);
    for (const delta of type.startsWith('application/json')
      ? readWhole(bytes, client)
      : readEvents(bytes, client))
      applyDelta(completion, delta);
  } catch {
    // Cut off: what came before is kept.
  }
  return completion.blocks.length > 0 || completion.finish_reason !== undefined ? completion : undefined;
}

function readWhole(bytes: Buffer, client: ClientDialect): Delta[] {
  const body: unknown = JSON.parse(bytes.toString('utf8'));
  return isJsonObject(body) ? client.decodeResponse(body) : [];
}

function readEvents(bytes: Buffer, client: ClientDialect): Delta[] {
  const deltas: Delta[] = [];
  const decoder = client.createDecoder();
  const reader = createEventReader(client.framing, event => {
    deltas.push(...decoder.decodeEvent(event));
  });
  try {
    reader.push(bytes);
    reader.end();
  } catch {
    // As above.
  }
  return deltas;
}
