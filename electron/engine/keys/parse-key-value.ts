import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { KeyTier } from '../../contract/keys.ts';

/** Text with variables in it: `Bearer ${NAME}` is [text 'Bearer ', env NAME]. */
export type TemplatePart = { type: 'text'; text: string } | { type: 'env'; name: string };

/** What one tier says of the key, before anything is looked up. `nothing` moves on to the next tier. */
export type KeyValue =
  | { type: 'nothing' }
  | { type: 'literal'; text: string }
  | { type: 'env'; parts: TemplatePart[] }
  | { type: 'keychain'; account: string };

/** How messages name a tier. */
export const tierPhrases = {
  call: 'given with the call',
  settings: 'set in settings (api_key in parley.yaml)',
  script: 'set by the provider script',
} as const satisfies Record<KeyTier, string>;

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Reads the forms a key may take: a literal, `${NAME}` (alone, or inside a longer text such as `Bearer ${NAME}`),
 * `env:NAME`, `keychain:ACCOUNT`, and the tables { env }, { system } and { keychain }. Null and blank text say nothing.
 * Throws invalid_auth_value for everything else; its message never holds the value, which may be a key.
 */
export function parseKeyValue(value: Json, tier: KeyTier): KeyValue {
  if (value === null) return { type: 'nothing' };
  if (typeof value === 'string') return parseText(value.trim(), tier);
  if (isJsonObject(value)) return parseTable(value, tier);
  if (Array.isArray(value)) {
    // An empty Lua table crosses as an empty list.
    return refuse(tier, value.length === 0 ? 'is an empty table' : 'is a list');
  }
  return refuse(tier, `is a ${typeof value}`);
}

function parseText(text: string, tier: KeyTier): KeyValue {
  if (text === '') return { type: 'nothing' };
  if (text.startsWith('env:')) return fromVariable(text.slice('env:'.length).trim(), tier);
  if (text.startsWith('keychain:')) return fromKeychain(text.slice('keychain:'.length).trim(), tier);
  if (!text.includes('${')) return { type: 'literal', text };
  return { type: 'env', parts: parseTemplate(text, tier) };
}

function parseTemplate(text: string, tier: KeyTier): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let rest = text;
  for (;;) {
    const start = rest.indexOf('${');
    if (start === -1) break;
    const end = rest.indexOf('}', start);
    const name = end === -1 ? '' : rest.slice(start + 2, end);
    // No vendor's keys hold `${`, so a malformed one is a typing mistake and never part of a literal.
    if (!variableName.test(name)) return refuse(tier, 'has a ${…} without the name of a variable in it');
    if (start > 0) parts.push({ type: 'text', text: rest.slice(0, start) });
    parts.push({ type: 'env', name });
    rest = rest.slice(end + 1);
  }
  if (rest !== '') parts.push({ type: 'text', text: rest });
  return parts;
}

function parseTable(table: JsonObject, tier: KeyTier): KeyValue {
  // A field that is null was never set in Lua.
  const entries = Object.entries(table).filter(([, value]) => value !== null);
  const [entry] = entries;
  if (entry === undefined) return refuse(tier, 'is an empty table');
  if (entries.length > 1) return refuse(tier, 'is a table with more than one field');
  const [field, value] = entry;
  // The field is not repeated in the message: in { "sk-…" = true } it would be the key.
  if (field !== 'env' && field !== 'system' && field !== 'keychain') {
    return refuse(tier, 'is a table without env, system or keychain');
  }
  if (typeof value !== 'string') return refuse(tier, `is a table whose ${field} is not text`);
  return field === 'keychain' ? fromKeychain(value.trim(), tier) : fromVariable(value.trim(), tier);
}

function fromVariable(name: string, tier: KeyTier): KeyValue {
  if (!variableName.test(name)) {
    return refuse(tier, 'names no proper environment variable (letters, digits and underscores)');
  }
  return { type: 'env', parts: [{ type: 'env', name }] };
}

function fromKeychain(account: string, tier: KeyTier): KeyValue {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (account === '' || /[\u0000-\u001f\u007f]/.test(account)) {
    return refuse(tier, 'names no proper keychain account');
  }
  return { type: 'keychain', account };
}

function refuse(tier: KeyTier, what: string): never {
  throw new AppError(
    'invalid_auth_value',
    `The API key ${tierPhrases[tier]} ${what}; use the key itself, env:NAME or keychain:ACCOUNT.`,
  );
}
