import { z } from 'zod';

import { budgetsSchema } from './budgets.ts';
import { chatConfigSchema } from './chat-config.ts';
import { desktopConfigSchema } from './desktop-config.ts';
import { modelFactsSchema } from './models.ts';
import { networkConfigSchema } from './network.ts';
import { modelPriceSchema } from './prices.ts';

const backendName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'a backend name has letters, digits, dots, dashes and underscores only',
  );

export const providerTypeSchema = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'a provider type is a file name without .lua, with no path in it');

// Targets are no aliases, so that none can lead back to itself.
const aliasTarget = z
  .string()
  .regex(/^[^/]+\/./, 'an alias lists models named backend/model, such as groq/llama-3.3-70b-versatile');

/** One line of `llm.backends`: a configured instance of a provider. */
export const backendConfigSchema = z.strictObject({
  name: backendName,
  type: providerTypeSchema,
  url: z.url({ protocol: /^https?$/, error: 'url must be an http:// or https:// address' }).optional(),
  /** A list of keys is used in turn; one that is refused or over its limit rests for a while. */
  api_key: z.union([z.string(), z.array(z.string().min(1)).min(1)]).optional(),
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
  /** How often one target is asked before the next one's turn. */
  max_attempts: z.number().int().min(1).max(10).default(3),
  backoff: z.enum(['exponential', 'linear', 'fixed']).default('exponential'),
});
export type RetryConfig = z.infer<typeof retryConfigSchema>;

const hostName = z
  .string()
  .regex(
    /^(?:[^\s:/@[\]*]+|\[[0-9a-f:.]+\]|(?=.*:.*:)[0-9a-f:.]+)$/i,
    'a host is a name or address without port, e.g. my-box.lan',
  );

const webOrigin = z
  .string()
  .regex(
    /^(?:\*|null|[a-z][a-z0-9+.-]*:\/\/[^/\s?#@]+)$/i,
    'an origin is scheme://host or scheme://host:port without a path, or "*" for every one',
  );

/** A list in YAML, or its only entry alone. */
function listOf<T extends z.ZodType>(item: T): z.ZodPreprocess<z.ZodArray<T>> {
  return z.preprocess(value => (typeof value === 'string' ? [value] : value), z.array(item));
}

/** Whether only programs on this machine reach the host. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Why the gateway must not listen on this host; undefined where it may. */
export function exposureProblem(gateway: {
  host: string;
  require_key: boolean;
  allowed_hosts: readonly string[];
}): string | undefined {
  const { host, require_key: requireKey, allowed_hosts: allowedHosts } = gateway;
  if (isLoopback(host)) return undefined;
  const opens = `${host} opens the gateway to the network`;
  if (!requireKey) return `${opens}, which needs require_key: true; or use host: 127.0.0.1`;
  if (allowedHosts.length > 0) return undefined;
  return `${opens}, which needs allowed_hosts, the names this machine is asked by, e.g. [my-box.lan, 192.168.1.5]; or use host: 127.0.0.1`;
}

export const gatewayConfigSchema = z
  .strictObject({
    host: z.string().default('127.0.0.1'),
    port: z.number().int().min(0).max(65535).default(4141),
    require_key: z.boolean().default(true),
    /** Names and addresses, without port, that may stand in Host beside loopback's own: against DNS rebinding. */
    allowed_hosts: listOf(hostName).default([]),
    /** Web pages that may call the gateway from a browser; `*` is all of them, still with a key. */
    cors_origins: listOf(webOrigin).default([]),
    /** Largest request body, in bytes. */
    max_body_bytes: z
      .number()
      .int()
      .positive()
      .default(64 * 1024 * 1024),
    inspector: z
      .strictObject({
        /** Keeps every call with its bodies, without keys, in the data directory. */
        keep_bodies: z.boolean().default(false),
        /** For so many days. */
        keep_days: z.number().int().min(1).max(3650).default(7),
      })
      .prefault({}),
  })
  .superRefine((gateway, context) => {
    const message = exposureProblem(gateway);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['host'], message });
    if (gateway.cors_origins.includes('*') && !gateway.require_key) {
      const open =
        '"*" lets every web page in, which needs require_key: true; or name the pages that may call';
      context.addIssue({ code: 'custom', path: ['cors_origins'], message: open });
    }
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
      /** Any name, also one with a slash; it wins over a model of that name. */
      aliases: z.record(z.string().min(1), z.array(aliasTarget).min(1)).default({}),
      /** Models left out of pickers and lists, as backend/model; they still answer to their name. */
      hidden_models: z.array(z.string().min(1)).default([]),
      /** Corrected prices, by backend/model. */
      prices: z.record(aliasTarget, modelPriceSchema).default({}),
      /** Writes what provider scripts log into logs/, which may quote chats; the studio shows it in any case. */
      log_scripts: z.boolean().default(false),
      /** Longest wait without a byte from any upstream, in milliseconds. */
      timeout_ms: z.number().int().positive().default(300_000),
    })
    .prefault({}),
  gateway: gatewayConfigSchema.prefault({}),
  network: networkConfigSchema.prefault({}),
  chat: chatConfigSchema.prefault({}),
  /** Whether the installed app asks once a day for a newer version; it tells of one, and changes nothing by itself. */
  updates: z.enum(['ask', 'off']).default('ask'),
  budgets: budgetsSchema,
  desktop: desktopConfigSchema.prefault({}),
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
