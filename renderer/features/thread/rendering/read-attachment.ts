import type { AttachmentBlock } from '../../../../electron/contract/message.ts';
import { fromBase64 } from '../../transfer/base64.ts';

/** Address of an attached picture; undefined for every other file. */
export function imageUrl({ media_type: type, source }: AttachmentBlock): string | undefined {
  return source.type === 'base64' && type.startsWith('image/')
    ? `data:${type};base64,${source.data}`
    : undefined;
}

/** What can be read of a file: its own words, or those that were taken from a document. */
export function attachmentText(block: AttachmentBlock): string | undefined {
  if (block.text !== undefined && block.text.trim() !== '') return block.text;
  if (!block.media_type.startsWith('text/')) return undefined;
  const bytes = attachmentBytes(block);
  return bytes && new TextDecoder().decode(bytes);
}

/** undefined where the file is elsewhere, or what is kept of it is damaged. */
export function attachmentBytes({ source }: AttachmentBlock): Uint8Array<ArrayBuffer> | undefined {
  if (source.type !== 'base64') return undefined;
  try {
    return fromBase64(source.data);
  } catch {
    return undefined;
  }
}
