import { dialectNames } from '../../contract/models.ts';

const own = 'google_gemini:';
const anthropic = 'anthropic_messages:';

/** `thoughtSignature` as our blocks hold it: with its maker's name before it, save Anthropic's, which stands alone. */
export function decodeSignature(wire: string): string {
  const inside = Buffer.from(wire, 'base64').toString('utf8');
  if (inside.startsWith(anthropic)) return inside.slice(anthropic.length);
  const isForeign = dialectNames.some(name => inside.startsWith(`${name}:`));
  return isForeign ? inside : own + wire;
}

/** For Gemini: only what it signed itself; another's is refused. */
export function encodeOwnSignature(signature: string | undefined): string | undefined {
  return signature?.startsWith(own) ? signature.slice(own.length) : undefined;
}

/** For a tool, which hands back what it got. Another vendor's goes as base64: Google's clients decode the field. */
export function encodeSignature(signature: string): string {
  if (signature.startsWith(own)) return signature.slice(own.length);
  const isNamed = dialectNames.some(name => signature.startsWith(`${name}:`));
  return Buffer.from(isNamed ? signature : anthropic + signature, 'utf8').toString('base64');
}
