import { z } from 'zod';

import { modelFactsSchema } from './models.ts';

const backendName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'a backend name has letters, digits, dots, dashes and underscores only',
  );

export const providerTypeSchema = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'a provider type is a file name without .lua, with no path in it');

/** One line of `llm.backends`: a configured instance of a provider. */
export const backendConfigSchema = z.strictObject({
  name: backendName,
  type: providerTypeSchema,
  url: z.url({ protocol: /^https?$/, error: 'url must be an http:// or https:// address' }).optional(),
  api_key: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Lower goes first. */
  priority: z.number().int().default(100),
  enabled: z.boolean().default(true),
  /** Models beside those the provider lists: ids, or all that is known of them. */
  models: z.array(z.union([z.string().min(1), modelFactsSchema])).optional(),
  /** Longest wait without a byte from the upstream, in milliseconds; over `llm.timeout_ms`. */
  timeout_ms: z.number().int().positive().optional(),
});
export type BackendConfig = z.infer<typeof backendConfigSchema>;

export const retryConfigSchema = z.strictObject({
  max_attempts: z.number().int().min(1).max(10).default(3),
  backoff: z.enum(['exponential', 'linear', 'fixed']).default('exponential'),
});

export const gatewayConfigSchema = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.number().int().min(0).max(65535).default(4141),
  require_key: z.boolean().default(true),
  /** Largest request body, in bytes. */
  max_body_bytes: z
    .number()
    .int()
    .positive()
    .default(64 * 1024 * 1024),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/** parley.yaml, whole. An empty file is a valid one. */
export const configSchema = z.strictObject({
  llm: z
    .strictObject({
      backends: z
        .array(backendConfigSchema)
        .default([])
        .superRefine((backends, context) => {
          const seen = new Set<string>();
          backends.forEach(({ name }, index) => {
            if (seen.has(name)) {
              context.addIssue({
                code: 'custom',
                path: [index, 'name'],
                message: `two backends are named ${name}`,
              });
            }
            seen.add(name);
          });
        }),
      retry: retryConfigSchema.prefault({}),
      aliases: z.record(z.string(), z.array(z.string()).min(1)).default({}),
      /** Longest wait without a byte from any upstream, in milliseconds. */
      timeout_ms: z.number().int().positive().default(300_000),
    })
    .prefault({}),
  gateway: gatewayConfigSchema.prefault({}),
});
export type Config = z.infer<typeof configSchema>;
export type RawConfig = z.input<typeof configSchema>;

/** What is wrong with parley.yaml; line and column count from 1. */
export const configProblemSchema = z.object({
  file: z.string(),
  message: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
});
export type ConfigProblem = z.infer<typeof configProblemSchema>;
