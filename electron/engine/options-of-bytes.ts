import { isJsonObject } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Dialect } from '../dialects/dialect.ts';

/** The options in a body that passes as bytes, for hooks that want them; what cannot be read asks for nothing. */
export function optionsOfBytes(
  dialect: Dialect,
  bytes: Buffer,
  { model, stream }: { model: string; stream: boolean },
): JsonObject {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isJsonObject(body)) return {};
    const { options } = dialect.server.decodeRequest(body, { params: { model }, stream }).request;
    return JSON.parse(JSON.stringify(options)) as JsonObject; // our own type is JSON but for fields left out
  } catch {
    return {};
  }
}
