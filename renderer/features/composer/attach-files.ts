import type { AttachmentBlock } from '../../../electron/contract/message.ts';
import type { PdfReading } from './read-pdf.ts';

/** A file that waits to be sent. `size` is in bytes. */
export type AttachedFile = {
  id: string;
  kind: 'image' | 'pdf' | 'text';
  name: string;
  size: number;
  block: AttachmentBlock;
  /** Data URL of an image. */
  preview?: string;
  /** Text that was pasted and can go back into the message. */
  pasted?: string;
};

/** Why a file is not attached. */
export type Refusal =
  | 'empty'
  | 'image_size'
  | 'pdf_size'
  | 'text_size'
  | 'together'
  | 'binary'
  | 'broken_pdf'
  | 'encrypted_pdf'
  | 'unreadable';

/** Formats that every provider with eyes takes. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

const megabyte = 1024 * 1024;
/** Providers refuse larger ones, most of them earlier. */
export const maxBytes = { image: 20 * megabyte, pdf: 30 * megabyte, text: 2 * megabyte } as const;
/** All files of one message; base64 makes them a third larger, and the core takes 64 MB at once. */
export const maxBytesTogether = 40 * megabyte;
/** Longer pasted text becomes a file, in characters. */
export const maxPastedChars = 4_000;

export function isImage(file: { type: string }): boolean {
  return imageTypes.includes(file.type);
}

/** Why a file cannot be attached as far as name, type and size tell; null where it may. */
export function refuseFile(
  file: { name: string; type: string; size: number },
  attached: readonly { size: number }[],
): Refusal | null {
  if (file.size === 0) return 'empty';
  const kind = kindOf(file);
  if (file.size > maxBytes[kind]) return kind === 'text' && isMedia(file) ? 'binary' : `${kind}_size`;
  const together = attached.reduce((sum, { size }) => sum + size, file.size);
  return together > maxBytesTogether ? 'together' : null;
}

/** Reads a file that was picked, pasted or dropped. */
export async function readFile(
  file: File,
  readPdf: (bytes: ArrayBuffer) => Promise<PdfReading>,
): Promise<AttachedFile | Refusal> {
  const kind = kindOf(file);
  const base = { id: crypto.randomUUID(), kind, name: file.name, size: file.size };
  if (kind === 'image') {
    const preview = await readAsDataUrl(file);
    return { ...base, preview, block: blockOf(file, file.type, dataOf(preview)) };
  }
  const bytes = await file.arrayBuffer();
  if (kind === 'pdf') {
    const reading = await readPdf(bytes);
    if (!reading.ok) return reading.problem;
    const { pages, text } = reading;
    const data = dataOf(await readAsDataUrl(file));
    return { ...base, block: { ...blockOf(file, 'application/pdf', data), pages, text } };
  }
  const text = decodeText(new Uint8Array(bytes));
  if (text === null) return 'binary';
  const data = dataOf(await readAsDataUrl(new Blob([text])));
  return { ...base, block: blockOf(file, textTypeOf(file.type), data) };
}

/** Pasted text as a file of its own. */
export async function readPasted(text: string, name: string): Promise<AttachedFile> {
  const blob = new Blob([text]);
  const data = dataOf(await readAsDataUrl(blob));
  const block = blockOf({ name }, 'text/plain', data);
  return { id: crypto.randomUUID(), kind: 'text', name, size: blob.size, block, pasted: text };
}

/** The text of a file, or null where it is none: text has no zero bytes and is valid in its encoding. */
export function decodeText(bytes: Uint8Array): string | null {
  const encoding = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** Only files in UTF-16 have to say so; everything else of today is UTF-8. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function kindOf(file: { name: string; type: string }): AttachedFile['kind'] {
  if (isImage(file)) return 'image';
  return file.type === 'application/pdf' || file.name.toLowerCase().endsWith('.pdf') ? 'pdf' : 'text';
}

/** Too large for text, and by its type no text at all: the size is not what is wrong with it. */
function isMedia({ type }: { type: string }): boolean {
  return /^(image|audio|video|font)\/|zip|octet-stream|officedocument/.test(type);
}

function textTypeOf(type: string): string {
  return type.startsWith('text/') ? type : 'text/plain';
}

function blockOf({ name }: { name: string }, mediaType: string, data: string): AttachmentBlock {
  return {
    type: 'attachment',
    media_type: mediaType,
    ...(name === '' ? {} : { name }),
    source: { type: 'base64', data },
  };
}

function dataOf(url: string): string {
  return url.slice(url.indexOf(',') + 1);
}

function readAsDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // readAsDataURL always results in a string.
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(new Error('The file could not be read.')));
    reader.readAsDataURL(blob);
  });
}
