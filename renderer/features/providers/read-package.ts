import { unzip } from 'fflate';
import i18next from 'i18next';

import type { ScriptFile } from './script-queue.ts';

/** A file and where it lies in what was dropped or picked. */
export type PackedFile = { path: string; file: File };

export type ReadPackage = { scripts: ScriptFile[]; refusals: string[] };

/** Largest provider script, in bytes; the core refuses longer ones. */
const maxScriptBytes = 1_000_000;
const maxDataBytes = 8 * 1024 * 1024;
const maxZipBytes = 32 * 1024 * 1024;
const maxScripts = 50;

type TextFile = { path: string; text: string };

/** Scripts in files, folders and archives, each with the JSON files that lie beside it. Reads, and runs nothing. */
export async function readPackage(packed: readonly PackedFile[]): Promise<ReadPackage> {
  const refusals: string[] = [];
  const texts: TextFile[] = [];
  for (const { path, file } of packed) {
    if (isZip(path)) texts.push(...(await readZip(file, refusals)));
    else if (isWanted(path) && isSmall(path, file.size, refusals))
      texts.push({ path, text: await file.text() });
  }
  const scripts = texts.filter(({ path }) => isScript(path));
  if (scripts.length === 0 && refusals.length === 0) refusals.push(i18next.t('providers:package.no_script'));
  if (scripts.length > maxScripts) {
    return { scripts: [], refusals: [i18next.t('providers:package.too_many', { count: maxScripts })] };
  }
  const data = texts.filter(({ path }) => !isScript(path));
  return { scripts: scripts.map(script => withData(script, data)), refusals };
}

export function isZip(path: string): boolean {
  return path.toLowerCase().endsWith('.zip');
}

export function isScript(path: string): boolean {
  return path.toLowerCase().endsWith('.lua');
}

/** macOS puts a hidden copy of every file into an archive. */
function isWanted(path: string): boolean {
  const isHidden = path.split('/').some(step => step.startsWith('.') || step === '__MACOSX');
  return !isHidden && (isScript(path) || path.toLowerCase().endsWith('.json'));
}

function isSmall(path: string, size: number, refusals: string[]): boolean {
  const most = isScript(path) ? maxScriptBytes : maxDataBytes;
  if (size <= most) return true;
  refusals.push(i18next.t('providers:package.too_large', { file: path, size: Math.round(most / 1e6) }));
  return false;
}

function readZip(file: File, refusals: string[]): Promise<TextFile[]> {
  if (file.size > maxZipBytes) {
    const size = Math.round(maxZipBytes / 1e6);
    refusals.push(i18next.t('providers:package.too_large', { file: file.name, size }));
    return Promise.resolve([]);
  }
  return file.arrayBuffer().then(
    buffer =>
      new Promise(resolve => {
        // Sizes are looked at before anything is unpacked: a small archive may hold an enormous file.
        const filter = ({ name, originalSize }: { name: string; originalSize: number }) =>
          isWanted(name) && isSmall(name, originalSize, refusals);
        unzip(new Uint8Array(buffer), { filter }, (error, entries) => {
          if (error) refusals.push(i18next.t('providers:package.broken_zip', { file: file.name }));
          const decoder = new TextDecoder();
          resolve(
            Object.entries(entries ?? {}).map(([path, bytes]) => ({ path, text: decoder.decode(bytes) })),
          );
        });
      }),
  );
}

/** Paths as the script writes them: from its own folder downwards. */
function withData({ path, text }: TextFile, data: readonly TextFile[]): ScriptFile {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const beside = data.filter(each => each.path.startsWith(folder));
  return {
    file_name: path.slice(folder.length),
    source: text,
    files: Object.fromEntries(beside.map(each => [each.path.slice(folder.length), each.text])),
  };
}
