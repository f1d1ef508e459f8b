import { z } from 'zod';

import { callSchema, callStatuses } from './calls.ts';

/** A day as the person lives it, e.g. 2026-01-31. */
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const period = z.object({ from: day, to: day });

/** Sums over calls. Unknown amounts are in no sum: the numbers of calls beside them say of how many. */
export const usageSumsSchema = z.object({
  calls: z.number(),
  errors: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
  reasoning_tokens: z.number(),
  cost_usd: z.number(),
  /** Part of cost_usd that rests on estimated tokens. */
  estimated_cost_usd: z.number(),
  estimated_calls: z.number(),
  unknown_tokens_calls: z.number(),
  unknown_cost_calls: z.number(),
});
export type UsageSums = z.infer<typeof usageSumsSchema>;

const speedsSchema = z.object({
  /** Time to the first token, exact to some 5 %; null where no call told. */
  first_token_p50_ms: z.number().nullable(),
  first_token_p95_ms: z.number().nullable(),
  /** From the first token to the last, of calls that ended well. */
  tokens_per_second: z.number().nullable(),
});
export type UsageSpeeds = z.infer<typeof speedsSchema>;

/** One model, backend, client, chat; `title` is a chat's, null where the chat is gone. */
export const usagePartSchema = usageSumsSchema.extend({
  key: z.string(),
  title: z.string().nullable(),
  ...speedsSchema.shape,
});
export type UsagePart = z.infer<typeof usagePartSchema>;

export const usageSlotSchema = usageSumsSchema.extend({
  /** An hour as the time it began, a day as 2026-01-31, a month as 2026-01. */
  key: z.string(),
});
export type UsageSlot = z.infer<typeof usageSlotSchema>;

export const usageOverviewSchema = z.object({
  total: usageSumsSchema.extend(speedsSchema.shape),
  unit: z.enum(['hour', 'day', 'month']),
  /** Those with calls, oldest first. */
  over_time: z.array(usageSlotSchema),
  /** Most costly first, then most called. */
  by_model: z.array(usagePartSchema),
  by_backend: z.array(usagePartSchema),
  by_client: z.array(usagePartSchema),
  by_chat: z.array(usagePartSchema),
  /** False while calls of an older version of Parley are still being added up. */
  is_complete: z.boolean(),
});
export type UsageOverview = z.infer<typeof usageOverviewSchema>;

/** Which calls; what is left out does not matter. Texts have to be the same, `search` is looked for in model and client. */
export const ledgerFilterSchema = z.object({
  from: day.optional(),
  to: day.optional(),
  /** The hour that begins at this time; beside it no day is asked for. */
  hour: z.iso.datetime().optional(),
  status: z.enum(callStatuses).optional(),
  backend: z.string().optional(),
  model: z.string().optional(),
  client: z.string().optional(),
  chat_id: z.string().optional(),
  search: z.string().max(200).optional(),
});
export type LedgerFilter = z.infer<typeof ledgerFilterSchema>;

/** Columns that can be sorted by among any number of calls: those with an index, and those with few different values. */
export const indexedColumns = ['cost_usd', 'duration_ms'] as const;
export const groupedColumns = ['backend', 'model_asked', 'client', 'status'] as const;
/** Columns that can be sorted by where the period has few calls. */
const otherColumns = [
  'input_tokens',
  'output_tokens',
  'first_token_ms',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'tokens_origin',
  'model_answered',
  'error_code',
  'http_status',
  'attempts',
  'dialect_in',
  'dialect_out',
] as const;
export const sortColumns = [...indexedColumns, ...groupedColumns, ...otherColumns] as const;
export type SortColumn = (typeof sortColumns)[number];

const position = z.object({
  started_at: z.string(),
  id: z.string(),
  /** Where the order is another than that of time: the value of its column there, and the row. */
  value: z.union([z.string(), z.number(), z.null()]).optional(),
  seq: z.number().optional(),
});
export type LedgerPosition = z.infer<typeof position>;

export const ledgerPageSchema = z.object({
  calls: z.array(callSchema),
  /** Where the next page starts; null at the end. A page can be short, or empty, and not the last. */
  next: position.nullable(),
  /** The column they are sorted by; null for time, also where there are too many calls for the wanted one. */
  sort: z.enum(sortColumns).nullable(),
  /** The period has so few calls that they can be sorted by any column. */
  is_small: z.boolean(),
});
export type LedgerPage = z.infer<typeof ledgerPageSchema>;

export const ledgerOrders = ['newest', 'oldest'] as const;
const ledgerQuery = z.object({
  filter: ledgerFilterSchema.default({}),
  /** With `sort`, `newest` is descending. What is unknown comes last either way. */
  order: z.enum(ledgerOrders).default('newest'),
  sort: z.enum(sortColumns).optional(),
  limit: z.number().int().min(1).max(5000).default(100),
  after: position.optional(),
});
export type LedgerQuery = z.infer<typeof ledgerQuery>;

export const ledgerEntrySchema = z.object({
  call: callSchema,
  /** Where it is an answer in a chat. */
  message: z.object({ chat_id: z.string(), message_id: z.string(), title: z.string() }).nullable(),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export const ledgerNamesSchema = z.object({
  backends: z.array(z.string()),
  models: z.array(z.string()),
  clients: z.array(z.string()),
});
export type LedgerNames = z.infer<typeof ledgerNamesSchema>;

/** Days rows of the ledger are kept; null keeps all. Sums are kept for ever. */
const retention = z.object({ keep_days: z.number().int().min(1).max(36_500).nullable() });
const byId = z.object({ id: z.string() });
const nothing = z.object({});

/** What was used, from sums, and the ledger behind it. */
export const usageCalls = {
  'usage.overview': { input: period, output: usageOverviewSchema },
  /** Day by day, those with calls. */
  'usage.days': { input: period, output: z.array(usageSlotSchema) },
  'ledger.list': { input: ledgerQuery, output: ledgerPageSchema },
  'ledger.sum': { input: z.object({ filter: ledgerFilterSchema.default({}) }), output: usageSumsSchema },
  'ledger.get': { input: byId, output: ledgerEntrySchema },
  'ledger.names': { input: nothing, output: ledgerNamesSchema },
  'ledger.export': {
    input: z.object({ filter: ledgerFilterSchema.default({}), format: z.enum(['csv', 'json', 'parquet']) }),
    output: z.object({ id: z.string(), file_name: z.string(), media_type: z.string() }),
  },
  /** The next part, in base64; after the last one the export is gone. */
  'ledger.export_read': { input: byId, output: z.object({ data: z.string(), is_last: z.boolean() }) },
  'ledger.export_cancel': { input: byId, output: nothing },
  'ledger.retention': { input: nothing, output: retention },
  'ledger.set_retention': { input: retention, output: retention },
  /** Rows and sums of every call that has ended. */
  'ledger.delete_all': { input: nothing, output: nothing },
} as const;
