import { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock } from '../../contract/message.ts';

/** Throws AppError `unsupported_modality` for what Anthropic has no block for: sound, video, unknown files. */
export function encodeAttachment(block: AttachmentBlock): JsonObject {
  const { media_type, source } = block;
  const title = block.name === undefined ? {} : { title: block.name };
  if (media_type.startsWith('image/')) {
    return { type: 'image', source: source.type === 'url' ? source : { ...source, media_type } };
  }
  if (media_type === 'application/pdf') {
    const encoded = source.type === 'url' ? source : { ...source, media_type };
    return { type: 'document', source: encoded, ...title };
  }
  if (source.type === 'base64' && isText(media_type)) {
    const data = Buffer.from(source.data, 'base64').toString('utf8');
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title };
  }
  throw new AppError(
    'unsupported_modality',
    `This model takes images, PDF and text, not ${media_type}. Leave the file out, or pick another model.`,
  );
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/json';
}
