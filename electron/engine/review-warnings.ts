import type { ProviderReview } from '../contract/backends.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ReviewWarning, ReviewWarningCode } from '../contract/review-warnings.ts';
import { contractFields } from './provider-description.ts';
import type { ProviderDescription } from './provider-description.ts';
import { accountOfBackend, namesInKeyValue } from './script-grants.ts';

type Reviewed = {
  description: ProviderDescription;
  table: JsonObject;
  hooks: readonly string[];
  missingFiles: readonly string[];
  source: string;
  /** Whether the script that is there is this very one. */
  isSame: boolean;
};

const readingHooks = ['modify_body', 'modify_events', 'on_request'] as const;

/** What a person should read before saying yes. */
export function findWarnings(review: Omit<ProviderReview, 'warnings'>, reviewed: Reviewed): ReviewWarning[] {
  const { description } = reviewed;
  return [
    ...placeWarnings(review, reviewed),
    ...hostWarnings(review, reviewed),
    ...keyWarnings(review, description),
    ...warnIf(
      readingHooks.some(hook => description.hooks.has(hook)),
      'reads_along',
    ),
    ...spellingWarnings(reviewed),
  ];
}

function warnIf(
  isSo: boolean,
  code: ReviewWarningCode,
  values: Record<string, string> = {},
): ReviewWarning[] {
  return isSo ? [{ code, values }] : [];
}

function placeWarnings(
  { type, replaces }: Omit<ProviderReview, 'warnings'>,
  reviewed: Reviewed,
): ReviewWarning[] {
  return [
    ...warnIf(replaces === 'built-in', 'takes_place', { type }),
    ...warnIf(replaces === 'user' && !reviewed.isSame, 'replaces', { type }),
    ...reviewed.missingFiles.flatMap(file => warnIf(true, 'missing_file', { file })),
  ];
}

function hostWarnings(
  { type, base_url: baseUrl, hosts }: Omit<ProviderReview, 'warnings'>,
  { description, source, table }: Reviewed,
): ReviewWarning[] {
  const { protocol, host, hostname } = new URL(baseUrl === '' ? 'https://none.invalid' : baseUrl);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const others = description.hosts;
  const named = findHosts(source).filter(each => !hosts.includes(each) && !isHeader(each, table));
  const command = `parley providers grant ${type} ${named[0] ?? ''}`;
  return [
    ...warnIf(protocol === 'http:' && !isLocal, 'unencrypted', { host }),
    ...warnIf(others.length > 0, 'other_hosts', { hosts: others.join(', ') }),
    ...warnIf(named.length > 0, 'named_hosts', { hosts: named.join(', '), command }),
  ];
}

function keyWarnings(
  review: Omit<ProviderReview, 'warnings'>,
  { key }: ProviderDescription,
): ReviewWarning[] {
  const prefix = accountOfBackend('');
  const others = review.keychain.filter(
    account => account.startsWith(prefix) && account !== accountOfBackend(review.type),
  );
  return [
    ...warnIf(key?.type === 'function', 'key_function'),
    ...warnIf(key?.type === 'value' && isLiteral(key), 'key_inside'),
    ...others.flatMap(account => warnIf(true, 'other_key', { backend: account.slice(prefix.length) })),
  ];
}

function isLiteral({ value }: Extract<ProviderDescription['key'], { type: 'value' }>): boolean {
  const { env, keychain } = namesInKeyValue(value);
  return typeof value === 'string' && env.length === 0 && keychain.length === 0;
}

/** A misspelt field or hook does nothing, and nothing else tells. */
function spellingWarnings({ table, hooks }: Reviewed): ReviewWarning[] {
  const unknown = [...Object.keys(table), ...hooks].filter(name => !contractFields.has(name));
  return warnIf(unknown.length > 0, 'unknown_names', { names: unknown.slice(0, 8).join(', ') });
}

/** A header that names an address, such as HTTP-Referer, does not reach for it. */
function isHeader(host: string, { headers }: JsonObject): boolean {
  return JSON.stringify(headers ?? null).includes(host);
}

const commentsAndStrings =
  /--\[(=*)\[[\s\S]*?(?:\]\1\]|$)|--[^\n]*|\[(=*)\[[\s\S]*?(?:\]\2\]|$)|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/g;

/** Hosts of the addresses that stand in the script's strings; comments name documents. */
function findHosts(source: string): string[] {
  const strings = [...source.matchAll(commentsAndStrings)]
    .map(([token]) => token)
    .filter(token => !token.startsWith('--'));
  const hosts = strings.flatMap(text =>
    [...text.matchAll(/https?:\/\/[\w.[\]-]+(?::\d+)?/gi)].flatMap(([url]) =>
      URL.canParse(url) ? [new URL(url).host] : [],
    ),
  );
  return [...new Set(hosts)].filter(host => /[.:]|^localhost$/.test(host));
}
