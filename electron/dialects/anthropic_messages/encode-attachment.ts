import type {
  Base64ImageSource,
  DocumentBlockParam,
  ImageBlockParam,
} from '@anthropic-ai/sdk/resources/messages';

import { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { AttachmentBlock } from '../../contract/message.ts';
import type { Warn } from '../dialect.ts';

type ImageType = Base64ImageSource['media_type'];

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const satisfies ImageType[];

/** Throws AppError `unsupported_modality` for what Anthropic has no block for: sound, video, unknown files. */
export function encodeAttachment(block: AttachmentBlock, warn?: Warn): JsonObject {
  const { media_type, source, detail = 'auto' } = block;
  if (detail !== 'auto') warn?.('detail');
  const title = block.name === undefined ? {} : { title: block.name };
  if (media_type.startsWith('image/')) {
    if (source.type === 'url') return { type: 'image', source } satisfies ImageBlockParam;
    const known = imageTypes.find(type => type === media_type);
    if (!known) throw unsupported(media_type);
    return { type: 'image', source: { ...source, media_type: known } } satisfies ImageBlockParam;
  }
  if (media_type === 'application/pdf') {
    const encoded = source.type === 'url' ? source : { ...source, media_type: 'application/pdf' as const };
    return { type: 'document', source: encoded, ...title } satisfies DocumentBlockParam;
  }
  if (source.type === 'base64' && isText(media_type)) {
    const data = Buffer.from(source.data, 'base64').toString('utf8');
    const plain = { type: 'text', media_type: 'text/plain', data } as const;
    return { type: 'document', source: plain, ...title } satisfies DocumentBlockParam;
  }
  throw unsupported(media_type);
}

function unsupported(mediaType: string): AppError {
  return new AppError(
    'unsupported_modality',
    `This model takes images (JPEG, PNG, GIF, WebP), PDF and text, not ${mediaType}. Leave the file out, or pick another model.`,
  );
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/json';
}
