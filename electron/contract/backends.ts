import { z } from 'zod';

import { keyOriginSchema } from './keys.ts';
import { errorInfoSchema } from './chats.ts';
import { dialectNameSchema } from './models.ts';
import { reviewWarningSchema } from './review-warnings.ts';

/** Whether calls go to a backend: not while it is `open`, after too many failures in a row; `half_open` lets one call try. */
export const circuitStatusSchema = z.object({
  state: z.enum(['closed', 'open', 'half_open']),
  /** Failures since its last good answer. */
  failures: z.number(),
  /** When the next call may try; null unless `open`. */
  retry_at: z.string().nullable(),
});
export type CircuitStatus = z.infer<typeof circuitStatusSchema>;

/** A key that was refused or over its limit and is left alone for a while; `number` counts from 1. */
export const restingKeySchema = z.object({ number: z.number(), until: z.string() });
export type RestingKey = z.infer<typeof restingKeySchema>;

export const scriptOriginSchema = z.enum(['user', 'built-in']);

/**
 * What a person agreed to of a script of their own: `current` is the script as it is, `changed` an earlier one, `none` never
 * any. In the latter two cases it runs with the default grants.
 */
export const approvalSchema = z.enum(['current', 'changed', 'none']);
export type Approval = z.infer<typeof approvalSchema>;

/** One backend as the Providers page and `doctor` show it. */
export const backendStatusSchema = z.object({
  name: z.string(),
  type: z.string(),
  /** Display name the script gives itself. */
  title: z.string(),
  script: scriptOriginSchema.nullable(),
  /** File the script was read from. */
  script_file: z.string().nullable(),
  /** Absent for a script shipped with the app. */
  approval: approvalSchema.optional(),
  base_url: z.string().nullable(),
  enabled: z.boolean(),
  demo: z.boolean(),
  /** Whether the provider wants a key at all. */
  needs_key: z.boolean(),
  key: keyOriginSchema.nullable(),
  /** Why there is no key, where one is needed. */
  key_error: errorInfoSchema.nullable(),
  /** Why the script could not be loaded. */
  script_error: errorInfoSchema.nullable(),
  /** How its calls fare; absent where nobody has called. */
  circuit: circuitStatusSchema.optional(),
  /** Of several keys those that rest; absent where it has one or none. */
  resting_keys: z.array(restingKeySchema).optional(),
});
export type BackendStatus = z.infer<typeof backendStatusSchema>;

/** What `parley doctor` and the test button find out with real requests. */
export const backendCheckSchema = backendStatusSchema.extend({
  ok: z.boolean(),
  /** First thing that is broken, as one sentence; null when ok. */
  error: z.string().nullable(),
  reachable: z.boolean().nullable(),
  models: z.number().nullable(),
  latency_ms: z.number().nullable(),
  /** The proxy it is asked through, without user and password; absent where there is none. */
  proxy: z.string().optional(),
});
export type BackendCheck = z.infer<typeof backendCheckSchema>;

/** One script in the library: the user's own, or shipped with the app. */
export const providerInfoSchema = z.object({
  type: z.string(),
  name: z.string(),
  origin: scriptOriginSchema,
  file: z.string(),
  /** Absent for a script shipped with the app. */
  approval: approvalSchema.optional(),
  /** Names of backends that use it. */
  backends: z.array(z.string()),
  error: errorInfoSchema.nullable(),
});
export type ProviderInfo = z.infer<typeof providerInfoSchema>;

/** What a script asks for, found out without sending a single request. */
export const providerReviewSchema = z.object({
  type: z.string(),
  name: z.string(),
  /** null: every model names its own. */
  dialect: dialectNameSchema.nullable(),
  /** Empty: taken from the url of the backend. */
  base_url: z.string(),
  /** Every host it wants, base_url's first. */
  hosts: z.array(z.string()),
  /** Environment variables and keychain accounts its own tier of the key names. */
  env: z.array(z.string()),
  keychain: z.array(z.string()),
  hooks: z.array(z.string()),
  /** Models it lists itself. */
  models: z.array(z.string()),
  /** JSON files it reads, which have to lie beside it; absent where it reads none. */
  data_files: z.array(z.string()).optional(),
  /** What a person should read before saying yes. */
  warnings: z.array(reviewWarningSchema),
  /** The source that was approved before, for an update; null for a first import. */
  approved_source: z.string().nullable(),
  /** Whether a script of this type is there already: `user` is replaced only when asked, `built-in` is overridden. */
  replaces: scriptOriginSchema.nullable(),
  sha256: z.string(),
});
export type ProviderReview = z.infer<typeof providerReviewSchema>;
