import { dialectNames } from '../contract/models.ts';
import type { DialectName } from '../contract/models.ts';

/**
 * Whether another vendor signed this. A signature is refused by all but its maker, and a chat can change models in the
 * middle. Anthropic's goes through tools that speak its format and stays as it is; the other dialects put their name
 * and a colon before theirs (`google_gemini:…`).
 */
export function isForeignSignature(signature: string, own: DialectName): boolean {
  return dialectNames.some(name => name !== own && signature.startsWith(`${name}:`));
}
