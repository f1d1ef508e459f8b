import { isImage } from '../composer/attach-images.ts';

export type DroppedFile = { name: string; type: string; size: number };

/** Largest provider script, in bytes; the core refuses longer ones. */
const maxScriptBytes = 1_000_000;

/** What to do with files dropped on the window: scripts to review, images to attach, and refusals with their reason. */
export function sortDropped<F extends DroppedFile>(files: readonly F[], canAttach: boolean) {
  const scripts: F[] = [];
  const images: F[] = [];
  const refusals: string[] = [];
  for (const file of files) {
    const isScript = file.name.toLowerCase().endsWith('.lua');
    if (isScript && file.size > maxScriptBytes)
      refusals.push(`${file.name} is larger than 1 MB. A provider script is a small file.`);
    else if (isScript) scripts.push(file);
    else if (isImage(file) && canAttach) images.push(file);
    else refusals.push(refusalOf(file));
  }
  return { scripts, images, refusals };
}

function refusalOf(file: DroppedFile): string {
  if (isImage(file)) return `${file.name} is an image. Open a chat to attach it to a message.`;
  return `${file.name} is not a provider script. Drop a .lua file to add a provider, or an image on a chat.`;
}
