import { isImage } from '../composer/attach-files.ts';

export type DroppedFile = { name: string; type: string; size: number };

/** Key of a sentence in the catalogue `shell`, below `refused`, and the file it is about. */
type Refusal = { reason: 'too_large' | 'image' | 'other'; name: string };

/** Largest provider script, in bytes; the core refuses longer ones. */
const maxScriptBytes = 1_000_000;

/** What to do with files dropped on the window: scripts to review, files to attach, and refusals with their reason. */
export function sortDropped<F extends DroppedFile>(files: readonly F[], canAttach: boolean) {
  const scripts: F[] = [];
  const attachable: F[] = [];
  const refusals: Refusal[] = [];
  for (const file of files) {
    const isScript = file.name.toLowerCase().endsWith('.lua');
    if (isScript && file.size > maxScriptBytes) refusals.push({ reason: 'too_large', name: file.name });
    else if (isScript) scripts.push(file);
    else if (canAttach) attachable.push(file);
    else refusals.push({ reason: isImage(file) ? 'image' : 'other', name: file.name });
  }
  return { scripts, attachable, refusals };
}
