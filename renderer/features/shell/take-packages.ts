import { isScript, isZip, readPackage } from '../providers/read-package.ts';
import type { PackedFile, ReadPackage } from '../providers/read-package.ts';

export type Dropped = { files: File[]; folders: FileSystemDirectoryEntry[] };

/** Deeper and longer ones are no folder of scripts. */
const maxFiles = 500;

/** What was dropped, told apart while the event lasts: a folder cannot be asked for later. */
export function openDropped(transfer: DataTransfer | null): Dropped {
  const entries = [...(transfer?.items ?? [])].map(item => item.webkitGetAsEntry());
  const folders = entries.filter(entry => entry?.isDirectory === true) as FileSystemDirectoryEntry[]; // safe: only those of folders say so
  const names = new Set(folders.map(({ name }) => name));
  // A folder stands among the files, too, as one without content.
  const files = [...(transfer?.files ?? [])].filter(file => !names.has(file.name));
  return { files, folders };
}

/** Scripts in folders and archives, and those that come with data beside them; `files` are all others. */
export async function takePackages(
  { files, folders }: Dropped,
  canAttach: boolean,
): Promise<ReadPackage & { files: File[] }> {
  const packed: PackedFile[] = [];
  for (const folder of folders) packed.push(...(await readFolder(folder)));
  const hasData = files.some(({ name }) => isScript(name)) && files.some(({ name }) => isJson(name));
  const beside = hasData ? files.filter(({ name }) => isScript(name) || isJson(name)) : [];
  packed.push(...beside.map(file => ({ path: file.name, file })));
  const result: ReadPackage & { files: File[] } = {
    ...(packed.length > 0 || folders.length > 0 ? await readPackage(packed) : { scripts: [], refusals: [] }),
    files: files.filter(file => !beside.includes(file) && !isZip(file.name)),
  };
  for (const file of files.filter(({ name }) => isZip(name))) {
    const read = await readPackage([{ path: file.name, file }]);
    result.scripts.push(...read.scripts);
    // On a chat an archive without scripts is an attachment like any other.
    if (read.scripts.length === 0 && canAttach) result.files.push(file);
    else result.refusals.push(...read.refusals);
  }
  return result;
}

function isJson(name: string): boolean {
  return name.toLowerCase().endsWith('.json');
}

async function readFolder(folder: FileSystemDirectoryEntry): Promise<PackedFile[]> {
  const found: PackedFile[] = [];
  const waiting: FileSystemDirectoryEntry[] = [folder];
  for (let next = waiting.shift(); next && found.length < maxFiles; next = waiting.shift()) {
    for (const entry of await readEntries(next)) {
      if (entry.isDirectory) waiting.push(entry as FileSystemDirectoryEntry); // safe: it says so
      else found.push(await openFile(entry as FileSystemFileEntry)); // safe: what is no folder is a file
    }
  }
  return found;
}

/** A reader hands out some entries at a time, and none at the end. */
async function readEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function openFile(entry: FileSystemFileEntry): Promise<PackedFile> {
  const file = await new Promise<File>((resolve, reject) => {
    entry.file(resolve, reject);
  });
  return { path: entry.fullPath.replace(/^\//, ''), file };
}
