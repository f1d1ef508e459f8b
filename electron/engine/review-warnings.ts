import type { ProviderReview } from '../contract/backends.ts';
import type { JsonObject } from '../contract/json.ts';
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

/** Whole sentences a person should read before saying yes. */
export function describeWarnings(review: Omit<ProviderReview, 'warnings'>, reviewed: Reviewed): string[] {
  const { description } = reviewed;
  return [
    ...placeWarnings(review, reviewed),
    ...hostWarnings(review, reviewed),
    ...keyWarnings(review, description),
    readingHooks.some(hook => description.hooks.has(hook))
      ? 'It reads and may change what you send or what is answered.'
      : '',
    ...spellingWarnings(reviewed),
  ].filter(warning => warning !== '');
}

function placeWarnings({ type, replaces }: Omit<ProviderReview, 'warnings'>, reviewed: Reviewed): string[] {
  return [
    replaces === 'built-in'
      ? `It takes the place of the built-in provider ${type}: backends of that type will use it.`
      : '',
    replaces === 'user' && !reviewed.isSame
      ? `There is a script ${type}.lua already; it would be replaced.`
      : '',
    ...reviewed.missingFiles.map(
      file => `It reads ${file}, which is not there: put it beside the script, or it cannot be loaded.`,
    ),
  ];
}

function hostWarnings(
  { type, base_url: baseUrl, hosts }: Omit<ProviderReview, 'warnings'>,
  { description, source, table }: Reviewed,
): string[] {
  const { protocol, host, hostname } = new URL(baseUrl === '' ? 'https://none.invalid' : baseUrl);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const others = description.hosts;
  const named = findHosts(source).filter(each => !hosts.includes(each) && !isHeader(each, table));
  return [
    protocol === 'http:' && !isLocal
      ? `It talks to ${host} without encryption: everybody on the way can read along.`
      : '',
    others.length > 0
      ? `It wants to reach ${others.join(', ')} beside its own address, and can send there what it sees.`
      : '',
    named.length > 0
      ? `It also names ${named.join(', ')} without asking for it: requests there fail until you grant them (parley providers grant ${type} ${named[0] ?? ''}).`
      : '',
  ];
}

function keyWarnings(review: Omit<ProviderReview, 'warnings'>, { key }: ProviderDescription): string[] {
  const prefix = accountOfBackend('');
  const others = review.keychain.filter(
    account => account.startsWith(prefix) && account !== accountOfBackend(review.type),
  );
  return [
    key?.type === 'function'
      ? 'It works out its API key in a function; which variable or keychain account it will name cannot be told before.'
      : '',
    key?.type === 'value' && isLiteral(key)
      ? 'It has an API key written into it, which everybody who gets the file can use.'
      : '',
    ...others.map(account => `It asks for the key of another backend, ${account.slice(prefix.length)}.`),
  ];
}

function isLiteral({ value }: Extract<ProviderDescription['key'], { type: 'value' }>): boolean {
  const { env, keychain } = namesInKeyValue(value);
  return typeof value === 'string' && env.length === 0 && keychain.length === 0;
}

/** A misspelt field or hook does nothing, and nothing else tells. */
function spellingWarnings({ table, hooks }: Reviewed): string[] {
  const unknown = [...Object.keys(table), ...hooks].filter(name => !contractFields.has(name));
  if (unknown.length === 0) return [];
  return [
    `Parley does not know ${unknown.slice(0, 8).join(', ')} and never looks at it; is it spelt as it should be?`,
  ];
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
