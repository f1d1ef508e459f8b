import type { AttachmentBlock } from '../../../electron/contract/message.ts';

export type AttachedImage = { id: string; block: AttachmentBlock; preview: string };

/** Formats that every provider with eyes takes. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** Largest image, in bytes; providers refuse larger ones, most of them earlier. */
const maxImageBytes = 20 * 1024 * 1024;

export function isImage(file: { type: string }): boolean {
  return imageTypes.includes(file.type);
}

/** Why a file cannot be attached, as a sentence; null where it can. */
export function refuseImage(file: { name: string; type: string; size: number }): string | null {
  const name = file.name || 'This file';
  if (!isImage(file)) return `${name} is not an image. PNG, JPEG, WebP and GIF can be attached.`;
  if (file.size > maxImageBytes) return `${name} is larger than 20 MB. Attach a smaller version.`;
  return null;
}

/** Reads an image that was picked, pasted or dropped. */
export async function readImage(file: File): Promise<AttachedImage> {
  const preview = await readAsDataUrl(file);
  const data = preview.slice(preview.indexOf(',') + 1);
  const name = file.name ? { name: file.name } : {};
  return {
    id: crypto.randomUUID(),
    preview,
    block: { type: 'attachment', media_type: file.type, ...name, source: { type: 'base64', data } },
  };
}

function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // readAsDataURL always results in a string.
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () =>
      reject(new Error(`${file.name || 'The image'} could not be read.`)),
    );
    reader.readAsDataURL(file);
  });
}
