import { z } from 'zod';

export const keyTiers = ['call', 'settings', 'script'] as const;
export type KeyTier = (typeof keyTiers)[number];

export const keySources = ['literal', 'env', 'keychain', 'function'] as const;

/** Where a key came from; never the key. `name` is the variable's or the keychain account's. */
export const keyOriginSchema = z.object({
  tier: z.enum(keyTiers),
  source: z.enum(keySources),
  name: z.string().optional(),
});
export type KeyOrigin = z.infer<typeof keyOriginSchema>;

/** One phrase for people: `from env GROQ_API_KEY, set in settings`. */
export function describeKeyOrigin(origin: KeyOrigin): string {
  const where = { call: 'given with the call', settings: 'set in settings', script: 'set by the script' }[
    origin.tier
  ];
  const what = {
    literal: 'a literal key',
    env: `from env ${origin.name ?? ''}`,
    keychain: `from keychain account ${origin.name ?? ''}`,
    function: "from the script's function",
  }[origin.source];
  return `${what.trim()}, ${where}`;
}

/** A key the gateway accepts from tools. The secret itself is shown once, at creation, and stored as a hash. */
export const gatewayKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters of the key, to recognise it by. */
  prefix: z.string(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
});
export type GatewayKey = z.infer<typeof gatewayKeySchema>;
