import { z } from 'zod';

import { listedPriceSchema, modelPriceSchema, repricedSumsSchema } from './prices.ts';

const nothing = z.object({});
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** Calls of some days, both included, to one model or to any. */
const which = z.object({ from: day.optional(), to: day.optional(), model: z.string().optional() });

/** What models cost, corrected prices, and past costs computed anew with those. */
export const priceCalls = {
  'prices.list': { input: nothing, output: z.array(listedPriceSchema) },
  /** Corrects what a model costs from now on; null takes that back. */
  'prices.save': {
    input: z.object({
      model: z.string().regex(/^[^/]+\/./, 'a price belongs to a model named backend/model'),
      price: modelPriceSchema.nullable(),
    }),
    output: nothing,
  },
  /** What `prices.recompute` would change; changes nothing. */
  'prices.preview': { input: which, output: repricedSumsSchema },
  /** Computes costs anew; those of the call are kept beside them, and come back where no price is corrected any more. */
  'prices.recompute': { input: which, output: repricedSumsSchema },
} as const;
