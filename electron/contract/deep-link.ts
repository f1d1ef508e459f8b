/** Pages a link may open, by the words of the address bar. */
export const linkPages = ['chat', 'providers', 'models', 'gateway', 'connect', 'usage', 'settings'] as const;
export type LinkPage = (typeof linkPages)[number];

/** What a parley:// link asks for. None of it is done before the person says yes, but showing a page. */
export type DeepLink =
  | { type: 'import_address'; url: string }
  | { type: 'import_source'; file_name: string; source: string }
  | { type: 'open_page'; page: LinkPage }
  | { type: 'open_chat'; chat_id: string }
  | { type: 'refused'; reason: LinkRefusal };

export type LinkRefusal = 'unreadable' | 'unknown' | 'address' | 'too_large';

/** Longest script, in characters, as the review takes it. */
export const maxScriptLength = 1_000_000;
const maxLinkLength = 2 * maxScriptLength;
const maxAddressLength = 2000;

/**
 * Reads a link another program or a website opened. Links are anybody's: whatever is not exactly known is refused.
 */
export function parseDeepLink(link: string): DeepLink {
  if (link.length > maxLinkLength) return { type: 'refused', reason: 'too_large' };
  const url = readUrl(link);
  if (url?.protocol !== 'parley:') return { type: 'refused', reason: 'unreadable' };
  const query = url.searchParams;
  // `parley:import?…` without the slashes is the same.
  const action = `${url.host}${url.pathname}`.replaceAll('/', '').toLowerCase();
  if (action === 'import') return parseImport(query);
  if (action === 'open') return parseOpen(query);
  return { type: 'refused', reason: 'unknown' };
}

/**
 * The address of a script as it is asked for; undefined for one Parley does not ask: only https, and http on this very
 * machine, without a name and password in it.
 */
export function scriptAddress(text: string): string | undefined {
  const url = text.length <= maxAddressLength ? readUrl(text) : undefined;
  if (!url || url.username !== '' || url.password !== '') return undefined;
  const isLocal = url.protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) return undefined;
  url.hash = '';
  return url.href;
}

/** The script's file name at the end of an address; its provider is called after it. */
export function scriptNameOf(address: string): string {
  let last = '';
  try {
    last = decodeURIComponent(new URL(address).pathname.split('/').at(-1) ?? '');
  } catch {
    // A stray % in it.
  }
  return safeName(last);
}

function parseImport(query: URLSearchParams): DeepLink {
  const [address, source] = [query.get('url'), query.get('source')];
  if ((address === null) === (source === null)) return { type: 'refused', reason: 'unknown' };
  if (source !== null) {
    if (source.length > maxScriptLength) return { type: 'refused', reason: 'too_large' };
    if (source.trim() === '') return { type: 'refused', reason: 'unknown' };
    return { type: 'import_source', file_name: safeName(query.get('name') ?? ''), source };
  }
  const url = scriptAddress(address ?? '');
  return url === undefined ? { type: 'refused', reason: 'address' } : { type: 'import_address', url };
}

function parseOpen(query: URLSearchParams): DeepLink {
  const [page, chat] = [query.get('page'), query.get('chat')];
  if (chat !== null && /^[A-Za-z0-9_-]{1,100}$/.test(chat)) return { type: 'open_chat', chat_id: chat };
  const known = linkPages.find(each => each === page);
  return known === undefined ? { type: 'refused', reason: 'unknown' } : { type: 'open_page', page: known };
}

function safeName(name: string): string {
  const stem = name.replace(/\.lua$/i, '');
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(stem) ? `${stem}.lua` : 'from-link.lua';
}

function readUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
