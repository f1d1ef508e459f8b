const safeProtocols = new Set(['http:', 'https:', 'mailto:']);

/** Links may only lead to the web or a mail program; images that are part of the answer (data:) may show. */
export function keepSafeUrl(url: string, key: string): string {
  if (url.startsWith('#')) return url;
  if (key === 'src' && /^data:image\/(png|jpeg|gif|webp|avif);base64,/.test(url)) return url;
  try {
    const { protocol } = new URL(url);
    return safeProtocols.has(protocol) && !(key === 'src' && protocol === 'mailto:') ? url : '';
  } catch {
    return '';
  }
}
