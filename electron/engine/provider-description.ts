import { z } from 'zod';

import { AppError } from '../contract/errors.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import { dialectNameSchema, modelFactsSchema } from '../contract/models.ts';
import type { DialectName, ModelFacts } from '../contract/models.ts';

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
  /** The script's own tier of the keys; `function` when it is one. */
  key: { type: 'value'; value: Json } | { type: 'function'; hook: string } | null;
  headers: Record<string, string>;
  hooks: ReadonlySet<HookName>;
  /** Hosts beside base_url's that the script says it wants. */
  hosts: string[];
  /** Models the script itself lists (it may also have a function for that); null when they are asked of the upstream. */
  models: ModelFacts[] | null;
  hasModelsFunction: boolean;
};

const path = z.string().regex(/^\//, 'must be a path that starts with /');
const headers = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const common = {
  name: z.string().min(1).optional(),
  base_url: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
  models_endpoint: path.default('/v1/models'),
  health_endpoint: path.default('/'),
  auth_type: z.enum(['none', 'bearer', 'x-api-key']).optional(),
  auth_header: z.string().min(1).optional(),
  headers: headers.default({}),
  hosts: z.array(z.string().min(1)).default([]),
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
    key: describeKey(table, hooks),
    headers: checked.headers,
    hooks: new Set(hookNames.filter(name => hooks.includes(name))),
    hosts: checked.hosts,
    models: checkModels(checked.models ?? null, dialects, file),
    hasModelsFunction: hooks.includes('models'),
  };
}

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
function checkModels(
  models: ModelFacts[] | null,
  dialects: DialectName[],
  file: string,
): ModelFacts[] | null {
  const lost = dialects.length === 0 ? models?.find(model => model.dialect === undefined) : undefined;
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
  const result = schema.safeParse(dropEmptyStrings(table));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const missing = field !== '' && !field.includes('.') && table[field] === undefined;
  const problem = missing
    ? `${file}: the field \`${field}\` is missing${field === 'base_url' ? ' (a script may take it from the url of its backend in parley.yaml)' : ''}`
    : `${file}: the field \`${field}\` ${issue?.message ?? 'is not right'}`;
  throw new AppError('script_result', `${problem}. docs/providers.md lists what a provider script returns.`);
}

/** Lua code often passes config values on, and an unset one is "". */
function dropEmptyStrings(table: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== ''));
}

function describeAuth(
  checked: { auth_type?: 'none' | 'bearer' | 'x-api-key' | undefined; auth_header?: string | undefined },
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
      return isOmni || checked.auth_header !== undefined ? { type: 'bearer' } : { type: 'none' };
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
