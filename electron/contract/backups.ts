import { z } from 'zod';

/**
 * Why a snapshot was taken: once a day, because somebody asked, before the database was changed to a newer version,
 * or before another snapshot was put in its place.
 */
export const snapshotReasons = ['daily', 'manual', 'migration', 'restore'] as const;
export type SnapshotReason = (typeof snapshotReasons)[number];

/** One copy of the data directory: database, settings and scripts. */
export const snapshotSchema = z.object({
  /** Its folder in backups/. */
  name: z.string(),
  taken_at: z.string(),
  reason: z.enum(snapshotReasons),
  /** Version of the database in it. */
  schema: z.number(),
  bytes: z.number(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;
