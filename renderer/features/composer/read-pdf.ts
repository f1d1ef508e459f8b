import { extractText, getDocumentProxy } from 'unpdf';

export type PdfReading =
  | { ok: true; pages: number; text: string }
  | { ok: false; problem: 'encrypted_pdf' | 'broken_pdf' };

/** Pages and text of a PDF; empty text where it holds only pictures. */
export async function readPdf(bytes: Uint8Array): Promise<PdfReading> {
  try {
    const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
    const { totalPages: pages, text } = await extractText(pdf, { mergePages: false });
    return { ok: true, pages, text: text.join('\n\n').trim() };
  } catch (error) {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    return { ok: false, problem: isLocked ? 'encrypted_pdf' : 'broken_pdf' };
  }
}
