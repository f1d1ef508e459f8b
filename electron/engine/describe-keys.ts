import { toAppError, toErrorInfo } from '../contract/errors.ts';
import type { AppError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import type { KeyTier } from '../contract/keys.ts';
import type { BackendKeys, KeySlot } from '../contract/provider-calls.ts';
import type { Backend } from './backend-registry.ts';
import type { Keychain } from './keys/keychain.ts';
import { parseKeyValue } from './keys/parse-key-value.ts';
import { resolveKey } from './keys/resolve-key.ts';
import type { ResolvedKey } from './keys/resolve-key.ts';
import { checkKeyNames } from './script-grants.ts';
import type { ScriptGrants } from './script-grants.ts';

export type KeyDeps = {
  env: Readonly<Record<string, string | undefined>>;
  keychain: Pick<Keychain, 'get'>;
  /** What the backend's script was granted; null for one shipped with the app. */
  grants: ScriptGrants | null;
};

/** Which key is meant: of several in the settings the one at this place, from 1. */
export type KeyAsked = { tier: KeyTier; number?: number | undefined; api_key?: string | undefined };

/** What each tier holds, and which of them a call without a key of its own is made with. */
export async function describeKeys(backend: Backend, deps: KeyDeps): Promise<BackendKeys> {
  const values = settingsValues(backend);
  const settings = await Promise.all(
    values.map((value, index) =>
      describeSlot('settings', value, values.length > 1 ? index + 1 : null, () =>
        resolveOnly(backend, { tier: 'settings', number: index + 1 }, deps),
      ),
    ),
  );
  const own = backend.description.key;
  const script =
    own === null
      ? []
      : [
          own.type === 'function'
            ? computed
            : await describeSlot('script', own.value, null, () =>
                resolveOnly(backend, { tier: 'script' }, deps),
              ),
        ];
  const said = settings.filter(isSaid);
  const wins = said.length > 0 ? said : script.filter(isSaid);
  const { auth, keyOptional } = backend.description;
  return {
    needs_key: auth.type !== 'none' && !keyOptional,
    slots: [...settings, ...script].filter(isSaid).map(slot => ({ ...slot, wins: wins.includes(slot) })),
    count: values.length,
  };
}

/** The key of one place alone. Throws what keeps it from being had. */
export async function resolveOnly(
  backend: Backend,
  { tier, number = 1, api_key: typed }: KeyAsked,
  { env, keychain, grants }: KeyDeps,
): Promise<ResolvedKey> {
  const own = backend.description.key;
  const value: Record<KeyTier, Json | (() => Promise<Json>) | undefined> = {
    call: typed,
    settings: settingsValues(backend)[number - 1],
    script:
      own?.type === 'function'
        ? async () => (await backend.script.call(own.hook, []))[0] ?? null
        : own?.value,
  };
  const { name: backendName, type } = backend.config;
  const checkScript = (asked: Json): void => {
    const isFunction = own?.type === 'function';
    if (grants) checkKeyNames(asked, { grants, type, backend: backendName, isFunction });
  };
  return resolveKey({ [tier]: value[tier], checkScript }, { env, keychain, backend: backendName });
}

const computed: KeySlot = {
  tier: 'script',
  source: 'function',
  number: null,
  state: 'computed',
  wins: false,
  error: null,
};

function settingsValues({ config }: Backend): string[] {
  const { api_key: key } = config;
  return Array.isArray(key) ? key : key === undefined || key.trim() === '' ? [] : [key];
}

/** An empty text says nothing, so the tier is left out. */
function isSaid(slot: KeySlot): boolean {
  return slot.source !== 'literal' || slot.state !== 'unset';
}

async function describeSlot(
  tier: KeyTier,
  value: Json,
  number: number | null,
  resolve: () => Promise<ResolvedKey>,
): Promise<KeySlot> {
  const slot: KeySlot = { ...nameSource(value, tier), tier, number, state: 'set', wins: false, error: null };
  try {
    await resolve();
    return slot;
  } catch (error) {
    return { ...slot, state: stateOf(toAppError(error)), error: toErrorInfo(error) };
  }
}

function nameSource(value: Json, tier: KeyTier): Pick<KeySlot, 'source' | 'name'> {
  try {
    const parsed = parseKeyValue(value, tier);
    if (parsed.type === 'keychain') return { source: 'keychain', name: parsed.account };
    if (parsed.type !== 'env') return { source: 'literal' };
    const names = parsed.parts.flatMap(part => (part.type === 'env' ? [part.name] : []));
    return { source: 'env', name: names.join(', ') };
  } catch {
    return { source: 'literal' };
  }
}

function stateOf({ code }: AppError): KeySlot['state'] {
  if (code === 'keychain_unavailable') return 'unavailable';
  return code === 'no_api_key' || code === 'missing_env_var' ? 'unset' : 'refused';
}
