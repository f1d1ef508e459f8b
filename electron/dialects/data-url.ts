import type { AttachmentBlock } from '../contract/message.ts';

type Source = Pick<AttachmentBlock, 'media_type' | 'source'>;

/** An attachment from a URL: data URLs are split, http(s) ones kept. Undefined where it is neither. */
export function readAttachmentUrl(url: string, fallbackType: string): Source | undefined {
  if (/^https?:\/\//i.test(url)) return { media_type: fallbackType, source: { type: 'url', url } };
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(',');
  if (comma === -1) return undefined;
  const [type = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  const payload = url.slice(comma + 1);
  const isBase64 = parameters.some(parameter => parameter.trim().toLowerCase() === 'base64');
  const data = isBase64 ? payload : encodePayload(payload);
  if (data === undefined) return undefined;
  return readBase64(data, type.trim().toLowerCase() || fallbackType);
}

/** An attachment from base64 text. What the bytes say beats the declared type: some vendors refuse a mismatch. */
export function readBase64(data: string, declaredType: string): Source | undefined {
  // Line breaks and URL-safe letters come from older encoders.
  const clean = data.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/');
  if (clean === '' || /[^A-Za-z0-9+/=]/.test(clean)) return undefined;
  return { media_type: sniffMediaType(clean) ?? declaredType, source: { type: 'base64', data: clean } };
}

function encodePayload(payload: string): string | undefined {
  try {
    return Buffer.from(decodeURIComponent(payload), 'utf8').toString('base64');
  } catch {
    return undefined; // a percent sign without two hex digits
  }
}

/** Media type by the file's first bytes, for what models take. */
function sniffMediaType(base64: string): string | undefined {
  const head = Buffer.from(base64.slice(0, 32), 'base64').toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1A\n')) return 'image/png';
  if (head.startsWith('\xFF\xD8\xFF')) return 'image/jpeg';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WAVE') return 'audio/wav';
  if (head.startsWith('%PDF-')) return 'application/pdf';
  return undefined;
}
