import { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock } from '../../contract/message.ts';

/** Throws AppError `unsupported_modality` for addresses Gemini does not fetch from. */
export function encodeAttachment({ media_type, source }: AttachmentBlock): JsonObject {
  if (source.type === 'base64') return { inlineData: { mimeType: media_type, data: source.data } };
  if (isFileUri(source.url)) {
    // Google knows what it stores; a type we only guessed stays out.
    const known = media_type.includes('*') ? {} : { mimeType: media_type };
    return { fileData: { ...known, fileUri: source.url } };
  }
  throw new AppError(
    'unsupported_modality',
    'Gemini takes files only as data or from its own store, not by their address, and Parley fetches nothing. Send the file itself as base64.',
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
