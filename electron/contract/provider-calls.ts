import { z } from 'zod';

import { approvalSchema, backendCheckSchema, backendStatusSchema, providerReviewSchema } from './backends.ts';
import { errorInfoSchema } from './chats.ts';
import { keySources, keyTiers } from './keys.ts';

const nothing = z.object({});
const named = z.object({ name: z.string() });
const typed = z.object({ type: z.string() });
/** JSON files that lie beside a script, by their path from it. */
export const besideSchema = z.record(z.string(), z.string().max(8 * 1024 * 1024)).default({});
const modelName = z.string().trim().min(3).max(300);

/** One place a key may come from; never the key. */
export const keySlotSchema = z.object({
  tier: z.enum(keyTiers),
  source: z.enum(keySources),
  /** The variable, or the keychain's account. */
  name: z.string().optional(),
  /** Its place in the settings' list, from 1; null where it stands alone or is no setting. */
  number: z.number().nullable(),
  /** `computed`: a function of the script, which is asked at the call. */
  state: z.enum(['set', 'unset', 'unavailable', 'refused', 'computed']),
  /** Whether a call without a key of its own is made with it (of several keys in turn: with each). */
  wins: z.boolean(),
  error: errorInfoSchema.nullable(),
});
export type KeySlot = z.infer<typeof keySlotSchema>;

export const backendKeysSchema = z.object({
  needs_key: z.boolean(),
  slots: z.array(keySlotSchema),
  /** How many keys the settings hold: an edit names it, so that it never meets another list than the one that was seen. */
  count: z.number(),
});
export type BackendKeys = z.infer<typeof backendKeysSchema>;

/** A provider shipped with the app. */
export const catalogueEntrySchema = z.object({
  type: z.string(),
  title: z.string(),
  host: z.string(),
  /** Whether it has no address of its own. */
  needs_url: z.boolean(),
  needs_key: z.boolean(),
  /** The variable its key is found in already. */
  key_env: z.string().nullable(),
  /** Names of its backends. */
  backends: z.array(z.string()),
});
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;

/** What a script of the person's own may use, as it is on disk now. */
export const scriptDetailsSchema = z.object({
  type: z.string(),
  file: z.string(),
  source: z.string(),
  sha256: z.string(),
  approval: approvalSchema,
  hosts: z.array(z.string()),
  env: z.array(z.string()),
  keychain: z.array(z.string()),
  /** Backends that use it, and whether they are switched on. */
  backends: z.array(z.object({ name: z.string(), enabled: z.boolean() })),
});
export type ScriptDetails = z.infer<typeof scriptDetailsSchema>;

/** What came of a backend's calls since the month began. */
export const backendUseSchema = z.object({
  backend: z.string(),
  calls: z.number(),
  errors: z.number(),
  cost_usd: z.number().nullable(),
  /** Calls about whose cost nothing is known. */
  unknown_cost_calls: z.number(),
  /** The newest of its last calls, where that failed. */
  last_error: z.object({ code: z.string(), at: z.string() }).nullable(),
});
export type BackendUse = z.infer<typeof backendUseSchema>;

/** What keeps a target of an alias from answering: an error of its backend, or what is wrong with the target itself. */
const aliasProblemSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('error'), error: errorInfoSchema }),
  z.object({ type: z.enum(['no_backend', 'disabled', 'not_listed']), backend: z.string() }),
]);
export type AliasProblem = z.infer<typeof aliasProblemSchema>;

export const aliasSchema = z.object({
  name: z.string(),
  targets: z.array(
    z.object({
      model: z.string(),
      /** Why it cannot be asked; null where nothing is known to keep it from answering. */
      problem: aliasProblemSchema.nullable(),
    }),
  ),
  /** The model that answered last, and when; null where none of the last calls did. */
  last_answer: z.object({ model: z.string(), at: z.string() }).nullable(),
});
export type Alias = z.infer<typeof aliasSchema>;

/** Calls around backends, their keys, scripts and models. */
export const providerCalls = {
  'backends.use': { input: nothing, output: z.array(backendUseSchema) },
  /** `url: null` takes it out. */
  'backends.update': {
    input: named.extend({ enabled: z.boolean().optional(), url: z.string().nullable().optional() }),
    output: backendStatusSchema,
  },
  /** The copy stands behind the original. */
  'backends.duplicate': { input: named.extend({ copy: z.string() }), output: backendStatusSchema },
  /** Makes the order of these names that of their priorities. */
  'backends.reorder': { input: z.object({ names: z.array(z.string()).max(1000) }), output: nothing },
  /** Brings a removed backend back to its place; possible until the app is restarted. */
  'backends.restore': { input: named, output: backendStatusSchema },
  'catalogue.list': { input: nothing, output: z.array(catalogueEntrySchema) },
  'keys.list': { input: named, output: backendKeysSchema },
  /** One more key, beside those that are there. `settings` writes it into parley.yaml, readable for everybody who reads that file. */
  'keys.add': {
    input: named.extend({ api_key: z.string().trim().min(1), where: z.enum(['keychain', 'settings']) }),
    output: backendKeysSchema,
  },
  /** `env:NAME` or `keychain:ACCOUNT`, beside those that are there. */
  'keys.add_reference': { input: named.extend({ reference: z.string() }), output: backendKeysSchema },
  /** Takes one out, and its secret out of the keychain where Parley put it there and nobody else uses it. */
  'keys.remove': {
    input: named.extend({ number: z.number().int().min(1), count: z.number().int().min(1) }),
    output: backendKeysSchema,
  },
  /** Asks the upstream with the key of one tier alone; `call` with one that is typed. */
  'keys.test': {
    input: named.extend({
      tier: z.enum(keyTiers),
      number: z.number().int().min(1).optional(),
      api_key: z.string().optional(),
    }),
    output: backendCheckSchema,
  },
  'scripts.get': { input: typed, output: scriptDetailsSchema },
  /** What the script on disk asks for now, to be looked at before it is approved. */
  'scripts.review': {
    input: typed,
    output: z.object({ review: providerReviewSchema, source: z.string() }),
  },
  'scripts.approve': { input: typed.extend({ sha256: z.string() }), output: scriptDetailsSchema },
  /** A host, `env:NAME` or `keychain:ACCOUNT`. */
  'scripts.grant': { input: typed.extend({ grant: z.string() }), output: scriptDetailsSchema },
  'scripts.revoke': { input: typed.extend({ grant: z.string() }), output: scriptDetailsSchema },
  /** Switches every backend that uses it on or off. */
  'scripts.enable': { input: typed.extend({ enabled: z.boolean() }), output: scriptDetailsSchema },
  /** Puts it aside, and takes its grants back. */
  'scripts.remove': { input: typed, output: z.object({ moved_to: z.string() }) },
  /** A dry run with real requests to the hosts of the review alone; nothing is written. */
  'scripts.try': {
    input: z.object({
      file_name: z.string(),
      source: z.string().max(1_000_000),
      files: besideSchema,
      sha256: z.string(),
      url: z.string().optional(),
      api_key: z.string().optional(),
    }),
    output: backendCheckSchema,
  },
  'aliases.list': { input: nothing, output: z.array(aliasSchema) },
  /** Writes an alias; `before` is the name it had, null for a new one. */
  'aliases.save': {
    input: z.object({
      name: z.string().trim().min(1).max(200),
      targets: z.array(modelName).min(1).max(50),
      before: z.string().nullable(),
    }),
    output: nothing,
  },
  'aliases.remove': { input: named, output: nothing },
  /** Hidden models are left out of pickers and of the gateway's lists; they still answer to their name. */
  'models.hide': { input: z.object({ id: z.string(), hidden: z.boolean() }), output: nothing },
} as const;
