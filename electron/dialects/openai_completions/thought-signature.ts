import type { JsonObject } from '../../contract/json.ts';
import { objectField, textField } from '../json-fields.ts';

/*
 * Gemini signs its calls and refuses them without. In this format Google puts the signature beside the call, and tools
 * that know it send it back; it is the same one as in Gemini's own format.
 */

const prefix = 'google_gemini:';

/** The signature of a call, as our blocks hold it. */
export function readThoughtSignature(call: JsonObject): string | undefined {
  const google = objectField(objectField(call, 'extra_content') ?? {}, 'google') ?? {};
  const signature = textField(google, 'thought_signature');
  return signature === undefined ? undefined : prefix + signature;
}

/** What stands beside a call for its signature; {} where it has none of Gemini's. */
export function writeThoughtSignature(signature: string | undefined): JsonObject {
  if (!signature?.startsWith(prefix)) return {};
  return { extra_content: { google: { thought_signature: signature.slice(prefix.length) } } };
}
