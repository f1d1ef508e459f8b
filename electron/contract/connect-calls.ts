import { z } from 'zod';

import { toolNames } from './connect-recipes.ts';

const toWrite = z.object({
  tool: z.enum(toolNames),
  model: z.string().trim().min(1).max(300),
  /** The gateway key for the tool; it stands in the file where the tool reads it from there. */
  key: z.string().trim().max(300),
});

/** Configuration files of other programs, which Parley fills in where a person says so. */
export const connectCalls = {
  /** What writing would change; nothing is written. Keys are taken out of the lines. */
  'connect.preview': {
    input: toWrite,
    output: z.object({
      file: z.string(),
      is_new: z.boolean(),
      /** Lines with a mark before each: `+` comes, `-` goes, a space stays, `…` leaves some out. */
      diff: z.array(z.object({ mark: z.enum(['+', '-', ' ', '…']), text: z.string() })),
      /** Names the state of the file this is about; `connect.write` wants to hear it. */
      state: z.string(),
    }),
  },
  /** Throws invalid_request where the file is not as `state` says any more. */
  'connect.write': {
    input: toWrite.extend({ state: z.string() }),
    output: z.object({
      file: z.string(),
      /** Copy of the file as it was; null where there was none, or nothing changed. */
      backup: z.string().nullable(),
    }),
  },
} as const;
