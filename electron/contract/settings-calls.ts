import { z } from 'zod';

/** How requests to upstreams leave this machine, as the settings page edits it. No password is ever in it. */
export const networkSettingsSchema = z.object({
  mode: z.enum(['env', 'none', 'address']),
  /** `scheme://host:port`; empty unless `mode` is `address`. */
  address: z.string().max(1000),
  user: z.string().max(1000),
  no_proxy: z.array(z.string().max(1000)).max(1000),
  ca_file: z.string().max(4000).nullable(),
});
export type NetworkSettings = z.infer<typeof networkSettingsSchema>;

export const storedPlaces = [
  'database',
  'settings',
  'scripts',
  'snapshots',
  'logs',
  'bodies',
  'window',
] as const;

/** Settings that stand in parley.yaml, and what is stored on this machine. */
export const settingsCalls = {
  'network.get': {
    input: z.object({}),
    output: networkSettingsSchema.extend({ has_password: z.boolean() }),
  },
  /** A password goes to the keychain; null takes it away, and what is left out stays. */
  'network.set': {
    input: networkSettingsSchema.extend({ password: z.string().min(1).max(1000).nullable().optional() }),
    output: z.object({}),
  },
  /** Asks a host in the way upstreams are asked. Any answer of it, whatever its status, is a good one. */
  'network.test': {
    input: z.object({ host: z.string().trim().min(1).max(1000) }),
    output: z.object({
      url: z.string(),
      proxy: z.string().nullable(),
      http_status: z.number().nullable(),
      latency_ms: z.number(),
      error: z.string().nullable(),
    }),
  },
  'privacy.get': {
    input: z.object({}),
    output: z.object({
      places: z.array(z.object({ what: z.enum(storedPlaces), path: z.string(), bytes: z.number() })),
      /** Whether bodies of calls are kept, and for how many days. */
      keep_bodies: z.boolean(),
      keep_days: z.number(),
      /** Everything goes at the next start. */
      erase_next: z.boolean(),
    }),
  },
  /** Deletes everything in the data directory at the next start; false thinks better of it. */
  'privacy.erase': { input: z.object({ wanted: z.boolean() }), output: z.object({}) },
} as const;
