import { z } from 'zod';

import { AppError } from '../contract/errors.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import { dialectNameSchema, modelFactsSchema } from '../contract/models.ts';
import type { DialectName, ModelFacts } from '../contract/models.ts';
import { headerProblem } from './check-header.ts';
import { mergeModels } from './merge-models.ts';
import { readHost } from './script-grants.ts';

export const hookNames = [
  'on_request',
  'parse_models',
  'health_check',
  'build_url',
  'authenticate',
  'modify_body',
  'modify_events',
] as const;
export type HookName = (typeof hookNames)[number];

export type ProviderAuth = { type: 'none' } | { type: 'bearer' } | { type: 'header'; name: string };

/** What a script's table says, checked; the same for both styles. */
export type ProviderDescription = {
  title: string;
  base_url: string;
  /** Those every model of it speaks, the best first; empty: every model names its own. */
  dialects: DialectName[];
  /** Path of the completions address; null leaves it to the dialect. */
  completions_path: string | null;
  models_path: string;
  health_path: string;
  auth: ProviderAuth;
  /** Whether a call goes out without a key where no tier has one. */
  keyOptional: boolean;
  /** The script's own tier of the keys; `function` when it is one. */
  key: { type: 'value'; value: Json } | { type: 'function'; hook: string } | null;
  headers: Record<string, string>;
  /** Fields at the top of a body that are never sent. */
  droppedBodyFields: ReadonlySet<string>;
  hooks: ReadonlySet<HookName>;
  /** Hosts beside base_url's that the script says it wants. */
  hosts: string[];
  /** Models the script itself lists (it may also have a function for that); null when they are asked of the upstream. */
  models: ModelFacts[] | null;
  hasModelsFunction: boolean;
};

const path = z.string().regex(/^\//, 'must be a path that starts with /');
const headers = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .superRefine((table, context) => {
    for (const [name, value] of Object.entries(table)) {
      const problem = headerProblem(name, value);
      if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem });
    }
  });
const headerName = z
  .string()
  .min(1)
  .superRefine((name, context) => {
    const problem = headerProblem(name, '');
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

const hostName = z.string().transform((text, context) => {
  const host = readHost(text);
  if (host !== undefined) return host;
  context.addIssue({ code: 'custom', message: 'must be a host such as api.example.com' });
  return z.NEVER;
});

const common = {
  name: z.string().min(1).optional(),
  base_url: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
  models_endpoint: path.default('/v1/models'),
  health_endpoint: path.default('/'),
  auth_type: z.enum(['none', 'bearer', 'x-api-key']).optional(),
  auth_header: headerName.optional(),
  api_key_optional: z.boolean().default(false),
  headers: headers.default({}),
  drop_body_fields: z.array(z.string().min(1)).default([]),
  hosts: z.array(hostName).default([]),
  models: z.array(modelFactsSchema).optional(),
};

const athyrSchema = z.object({
  ...common,
  protocol: z.literal('openai_compat', 'must be "openai_compat"'),
  completions_endpoint: path,
});

const omniSchema = z.object({
  ...common,
  dialect: dialectNameSchema.optional(),
  dialects: z.array(dialectNameSchema).min(1).optional(),
  completions_endpoint: path.optional(),
});

/** Every field and hook a script may have, in either style. */
export const contractFields: ReadonlySet<string> = new Set([
  ...Object.keys(athyrSchema.shape),
  ...Object.keys(omniSchema.shape),
  ...hookNames,
  'api_key',
  'auth_key',
]);

/**
 * Checks the table a script returned. `url` is the backend's own address, which wins over a base_url that does not
 * build on it. Throws `script_result` naming the field and the file.
 */
export function describeProvider(
  table: JsonObject,
  hooks: readonly string[],
  file: string,
  url?: string,
): ProviderDescription {
  checkHooks(table, file);
  const isOmni =
    table.dialect !== undefined ||
    table.dialects !== undefined ||
    (table.protocol === undefined && (table.models !== undefined || hasOmniHook(hooks)));
  const checked = isOmni ? check(omniSchema, table, file) : check(athyrSchema, table, file);
  const dialects = spokenDialects(checked);
  return {
    title: checked.name ?? '',
    base_url: mergeUrl(checked.base_url, url),
    dialects,
    completions_path: checked.completions_endpoint ?? null,
    models_path: checked.models_endpoint,
    health_path: checked.health_endpoint,
    auth: describeAuth(checked, isOmni),
    keyOptional: checked.api_key_optional,
    key: describeKey(table, hooks),
    headers: checked.headers,
    droppedBodyFields: new Set(checked.drop_body_fields),
    hooks: new Set(hookNames.filter(name => hooks.includes(name))),
    hosts: checked.hosts,
    models: checked.models ? checkModels(mergeModels(checked.models), dialects, file) : null,
    hasModelsFunction: hooks.includes('models'),
  };
}

const guide = 'docs/providers.md lists what a provider script returns.';

type Spoken = { protocol?: string; dialect?: DialectName | undefined; dialects?: DialectName[] | undefined };

function spokenDialects(checked: Spoken): DialectName[] {
  if (checked.protocol !== undefined) return ['openai_completions'];
  const { dialect, dialects = [] } = checked;
  return dialect === undefined ? dialects : [dialect, ...dialects.filter(each => each !== dialect)];
}

/** A script may build its base_url on config.url (with a path behind it); one that does not is overridden by it. */
function mergeUrl(baseUrl: string, url: string | undefined): string {
  const own = baseUrl.replace(/\/+$/, '');
  const given = url?.replace(/\/+$/, '');
  const isBuiltOn = given === undefined || own === given || own.startsWith(`${given}/`);
  return isBuiltOn ? own : given;
}

/** Where the provider has no dialect of its own, every model must name one. */
function checkModels(models: ModelFacts[], dialects: DialectName[], file: string): ModelFacts[] {
  const lost = dialects.length === 0 ? models.find(model => model.dialect === undefined) : undefined;
  if (!lost) return models;
  throw new AppError(
    'script_result',
    `${file}: the model ${lost.id} names no dialect, and neither does the provider. Add \`dialect\` to one of them.`,
  );
}

function hasOmniHook(hooks: readonly string[]): boolean {
  return hooks.includes('build_url') || hooks.includes('authenticate') || hooks.includes('models');
}

function check<T extends z.ZodType>(schema: T, table: JsonObject, file: string): z.output<T> {
  const given = readTable(table);
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const what = issue ? describeIssue(issue, given) : 'what it returns is not right';
  throw new AppError('script_result', `${file}: ${what}. ${guide}`);
}

/** Anything else than a function in a hook's place would silently do nothing. */
function checkHooks(table: JsonObject, file: string): void {
  const wrong = hookNames.find(name => table[name] !== undefined && table[name] !== null);
  if (wrong === undefined) return;
  throw new AppError('script_result', `${file}: the field \`${wrong}\` must be a function. ${guide}`);
}

function describeIssue(issue: z.core.$ZodIssue, table: JsonObject): string {
  // Lua counts from 1.
  const field = issue.path.map(step => String(typeof step === 'number' ? step + 1 : step)).join('.');
  const given = issue.path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    table,
  );
  if (given === undefined) {
    return `the field \`${field}\` is missing${hints[field] ?? ''}`;
  }
  // Addresses and headers may hold a key.
  const isOpen = issue.path[0] !== 'headers' && issue.path[0] !== 'base_url';
  const isShort = typeof given === 'string' || typeof given === 'number';
  const shown = isOpen && isShort ? `, not ${JSON.stringify(given).slice(0, 60)}` : '';
  return `the field \`${field}\` ${phraseOf(issue)}${shown}`;
}

const hints: Record<string, string> = {
  base_url: ' (a script may take it from the url of its backend in parley.yaml)',
  protocol: ' (or `dialect`; one of them tells how to ask)',
};

function phraseOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kindNames[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? issue.message
        : `must be one of ${issue.values.map(value => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return 'is too small';
    case 'invalid_union':
      return 'must be a string, a number or a boolean';
    default:
      return issue.message;
  }
}

/** Lua's tables are both what JSON calls arrays and objects. */
const kindNames: Record<string, string> = {
  array: 'a list',
  object: 'a table',
  record: 'a table of names and values',
};

/** Functions stand in `hooks`; an empty table means the same whichever kind it was meant to be. */
function readTable(table: JsonObject): JsonObject {
  const given = dropEmptyStrings(table);
  return Array.isArray(given.headers) && given.headers.length === 0 ? { ...given, headers: {} } : given;
}

/** Lua code often passes config values on, and an unset one is "". */
function dropEmptyStrings(table: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== ''));
}

function describeAuth(
  checked: Pick<z.output<typeof omniSchema>, 'auth_type' | 'auth_header' | 'api_key_optional'>,
  isOmni: boolean,
): ProviderAuth {
  if (checked.auth_header !== undefined && checked.auth_header.toLowerCase() !== 'authorization') {
    return { type: 'header', name: checked.auth_header.toLowerCase() };
  }
  switch (checked.auth_type) {
    case 'none':
      return { type: 'none' };
    case 'bearer':
      return { type: 'bearer' };
    case 'x-api-key':
      return { type: 'header', name: 'x-api-key' };
    case undefined:
      // Athyr's default is no authentication, Omni's is a bearer key.
      return isOmni || checked.auth_header !== undefined || checked.api_key_optional
        ? { type: 'bearer' }
        : { type: 'none' };
  }
}

function describeKey(table: JsonObject, hooks: readonly string[]): ProviderDescription['key'] {
  for (const field of ['api_key', 'auth_key']) {
    if (hooks.includes(field)) return { type: 'function', hook: field };
    const value = table[field];
    if (value !== undefined && value !== null && value !== '') return { type: 'value', value };
  }
  return null;
}
