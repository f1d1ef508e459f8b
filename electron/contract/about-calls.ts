import { z } from 'zod';

const updatesModes = ['ask', 'off'] as const;

/** What is known of newer versions. */
export const updateStateSchema = z.object({
  status: z.enum([
    'unavailable',
    'idle',
    'checking',
    'current',
    'available',
    'downloading',
    'ready',
    'failed',
  ]),
  /** The newer version, where there is one. */
  version: z.string().nullable(),
  /** How much of it is here, up to 1, while it is downloaded. */
  progress: z.number().nullable(),
  checked_at: z.string().nullable(),
  /** Whether Parley can put it in its own place; else the person is told only. */
  installs: z.boolean(),
  /** Why nothing can be said, or what went wrong, in one sentence. */
  reason: z.string().nullable(),
});
export type UpdateState = z.infer<typeof updateStateSchema>;

/** The desktop's side of it; handed to the core. */
export type UpdateDesk = {
  state(): UpdateState;
  /** Does not throw: what went wrong is in the state. */
  check(): Promise<UpdateState>;
  download(): Promise<UpdateState>;
  install(): void;
  onChange(listener: () => void): void;
};

const problemKinds = ['main', 'page', 'gpu', 'helper', 'dump'] as const;

/** One end nobody wished for: the program, its page, or one of Chromium's helpers. */
export const crashSchema = z.object({
  at: z.string(),
  kind: z.enum(problemKinds),
  /** One line, without keys and without anything of a chat. */
  message: z.string(),
  /** Where in the program it was. */
  stack: z.string().nullable(),
  version: z.string().nullable(),
});
export type Crash = z.infer<typeof crashSchema>;

/** Newer versions, and what went wrong in this one. */
export const aboutCalls = {
  'updates.get': {
    input: z.object({}),
    output: updateStateSchema.extend({ mode: z.enum(updatesModes) }),
  },
  /** Asks now, also where `updates: off` keeps Parley from asking by itself. */
  'updates.check': { input: z.object({}), output: updateStateSchema },
  'updates.download': { input: z.object({}), output: updateStateSchema },
  /** Ends Parley, puts the downloaded version in its place and starts it. */
  'updates.install': { input: z.object({}), output: z.object({}) },
  'updates.set_mode': { input: z.object({ mode: z.enum(updatesModes) }), output: z.object({}) },
  /** The last crashes, newest first, and the last lines of the log, oldest first. */
  'problems.get': {
    input: z.object({}),
    output: z.object({
      crashes: z.array(crashSchema),
      log: z.array(z.string()),
      folder: z.string(),
      /** Whether this Parley can show the folder. */
      can_open: z.boolean(),
    }),
  },
  'problems.open_folder': { input: z.object({}), output: z.object({}) },
} as const;
