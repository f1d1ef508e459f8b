import type { Part } from '@google/genai';

import { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock } from '../../contract/message.ts';
import type { Warn } from '../dialect.ts';
import type { ModelRules } from './model-rules.ts';
import type { Words } from './words.ts';

export type Attaching = { rules: ModelRules; warn: Warn };

/** Throws AppError `unsupported_modality` for addresses Gemini does not fetch from. */
export function encodeAttachment(
  { media_type, source, detail = 'auto' }: AttachmentBlock,
  { rules, warn }: Attaching,
): JsonObject {
  if (detail !== 'auto') warn('detail');
  if (source.type === 'base64') {
    return { inlineData: { mimeType: media_type, data: source.data } } satisfies Words<Part>;
  }
  const fileUri = source.url;
  if (isFileUri(fileUri)) {
    // Google knows what it stores; a type we only guessed stays out.
    const known = media_type.includes('*') ? {} : { mimeType: media_type };
    return { fileData: { ...known, fileUri } } satisfies Words<Part>;
  }
  if (rules.fetchesFiles && /^https:/i.test(fileUri)) {
    const mimeType = media_type.includes('*') ? guessType(fileUri) : media_type;
    return { fileData: { mimeType, fileUri } } satisfies Words<Part>;
  }
  throw new AppError(
    'unsupported_modality',
    'This Gemini takes files only as data or from its own store, not by this address, and Parley fetches nothing. Send the file itself as base64.',
  );
}

/** Files uploaded to Google, and videos on YouTube. */
function isFileUri(url: string): boolean {
  return (
    url.startsWith('gs://') ||
    /^https:\/\/generativelanguage\.googleapis\.com\/(?:[\w.]+\/)?files\//.test(url) ||
    /^https:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//.test(url)
  );
}

const typeByEnding: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['bmp', 'image/bmp'],
  ['heic', 'image/heic'],
  ['pdf', 'application/pdf'],
]);

/** Google demands a type with an address. Who gives none means a picture, and most of those are JPEG. */
function guessType(url: string): string {
  const ending = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1] ?? '';
  return typeByEnding.get(ending.toLowerCase()) ?? 'image/jpeg';
}
