import { AppError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import { keyTiers } from '../../contract/keys.ts';
import type { KeyOrigin, KeyTier } from '../../contract/keys.ts';
import type { Keychain } from './keychain.ts';
import { parseKeyValue, tierPhrases } from './parse-key-value.ts';
import type { KeyValue, TemplatePart } from './parse-key-value.ts';

/** What each tier says; a script may compute its value, which is asked for only when no earlier tier has one. */
export type KeyTierValues = {
  call?: Json | undefined;
  settings?: Json | undefined;
  script?: Json | (() => Promise<Json>) | undefined;
  /** Throws where the script may not name what it names; asked before anything is looked up. */
  checkScript?: (value: Json) => void;
};

export type KeySources = {
  env: Readonly<Record<string, string | undefined>>;
  keychain: Pick<Keychain, 'get'>;
  /** Name of the backend, for the message of no_api_key. */
  backend?: string | undefined;
};

export type ResolvedKey = { key: string; origin: KeyOrigin };

/**
 * Finds the key: the first tier that says something decides, and what it names has to be there.
 * Throws no_api_key, missing_env_var, invalid_auth_value, keychain_unavailable, or what the script's function threw.
 */
export async function resolveKey(tiers: KeyTierValues, sources: KeySources): Promise<ResolvedKey> {
  for (const tier of keyTiers) {
    const given = tiers[tier];
    const value = typeof given === 'function' ? await given() : given;
    const parsed = parseKeyValue(value ?? null, tier);
    if (parsed.type === 'nothing') continue;
    if (tier === 'script') tiers.checkScript?.(value ?? null);
    const { key, origin } = await lookUp(parsed, tier, sources);
    // What a function returned outright is the function's; a variable or account it named says more.
    const source = typeof given === 'function' && origin.source === 'literal' ? 'function' : origin.source;
    return { key: checkKey(key, tier), origin: { ...origin, source } };
  }
  throw noKey(sources.backend);
}

async function lookUp(
  value: Exclude<KeyValue, { type: 'nothing' }>,
  tier: KeyTier,
  { env, keychain }: KeySources,
): Promise<ResolvedKey> {
  switch (value.type) {
    case 'literal':
      return { key: value.text, origin: { tier, source: 'literal' } };
    case 'env': {
      const names = value.parts.flatMap(part => (part.type === 'env' ? [part.name] : []));
      const key = value.parts.map(part => fillPart(part, tier, env)).join('');
      return { key, origin: { tier, source: 'env', name: names.join(', ') } };
    }
    case 'keychain': {
      const { account } = value;
      const key = (await keychain.get(account))?.trim();
      if (key === undefined || key === '') throw emptyAccount(account, tier);
      return { key, origin: { tier, source: 'keychain', name: account } };
    }
  }
}

function fillPart(part: TemplatePart, tier: KeyTier, env: KeySources['env']): string {
  if (part.type === 'text') return part.text;
  // Keys read from files into variables often end with a line break.
  const value = env[part.name]?.trim();
  if (value !== undefined && value !== '') return value;
  throw new AppError(
    'missing_env_var',
    `The environment variable ${part.name}, named by the API key ${tierPhrases[tier]}, is ` +
      `${value === undefined ? 'not set' : 'empty'}; set it and start Parley again, or give the key another way.`,
  );
}

/** A key has to fit into an HTTP header: Latin-1 without control characters. */
function checkKey(key: string, tier: KeyTier): string {
  if (/^[\u0020-\u007e\u00a0-\u00ff]+$/.test(key)) return key;
  throw new AppError(
    'invalid_auth_value',
    `The API key ${tierPhrases[tier]} has a character that no HTTP header can carry (a line break, or an ` +
      'invisible or non-Latin letter); copy it again.',
  );
}

function emptyAccount(account: string, tier: KeyTier): AppError {
  return new AppError(
    'no_api_key',
    `The keychain holds nothing for the account ${account}, named by the API key ${tierPhrases[tier]}; ` +
      `store the key with: parley secrets set ${account}.`,
  );
}

function noKey(backend: string | undefined): AppError {
  const who = backend === undefined ? 'This backend' : `The backend ${backend}`;
  return new AppError(
    'no_api_key',
    `${who} needs an API key; add one on the Providers page, or as api_key in parley.yaml.`,
  );
}
