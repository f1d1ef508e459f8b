import { z } from 'zod';

/** What a newcomer can talk to at once. */
const firstStartSchema = z.object({
  /** Keys in the environment, by the name of their variable; a value never leaves the core. */
  keys: z.array(z.object({ type: z.string(), name: z.string(), env: z.string() })),
  /** Model servers that answered on this machine. */
  servers: z.array(z.object({ type: z.string(), name: z.string(), url: z.string(), models: z.number() })),
  /** Providers that need nothing but a key. */
  providers: z.array(z.object({ type: z.string(), name: z.string() })),
});
export type FirstStart = z.infer<typeof firstStartSchema>;

export const firstStartCalls = {
  /** Looks around on this machine; null where a backend is set up already. */
  'first_start.look': { input: z.object({}), output: firstStartSchema.nullable() },
  /** Adds a backend, with its key where one is given, asks it for its models, and takes it out again where it has none to offer. */
  'first_start.use': {
    input: z.object({
      type: z.string(),
      url: z.string().optional(),
      api_key: z.string().trim().min(1).max(10_000).optional(),
    }),
    output: z.object({ backend: z.string(), models: z.number() }),
  },
} as const;
