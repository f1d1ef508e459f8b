import { z } from 'zod';

import { AppError } from '../contract/errors.ts';

/** Rows of messages are checked where they enter: a damaged one is told as that, and not as a mistake of the page. */
export function parseAs<T>(schema: z.ZodType<T>, row: unknown): T {
  const { success, data, error: problem } = schema.safeParse(row);
  if (success) return data;
  throw new AppError(
    'database_unusable',
    `A message in the database cannot be read (${z.prettifyError(problem)}). Put a backup in its place.`,
    { cause: problem },
  );
}
