import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AppError } from '../../contract/errors.ts';
import type { ImportPreview, ImportResult } from '../../contract/transfer.ts';
import type { Store } from '../../store/open-store.ts';
import { applyImport, previewImport } from './import-file.ts';
import type { Reading } from './import-file.ts';

/** Files on their way in, each until it was imported or given up. */
export type ImportDesk = {
  start(name: string, size: number): Promise<string>;
  addPart(id: string, data: Uint8Array): Promise<number>;
  /** Where the whole file is until it is given up. */
  fileOf(id: string): string;
  preview(id: string): Promise<ImportPreview>;
  apply(id: string, chatIds: readonly string[] | null): Promise<ImportResult>;
  cancel(id: string): Promise<void>;
  close(): Promise<void>;
};

type Upload = {
  dir: string;
  file: string;
  name: string;
  size: number;
  received: number;
  stop: AbortController;
};

const largestUpload = 8 * 1024 * 1024 * 1024;
const mostUploads = 4;

export function createImportDesk(deps: {
  imports: Store['imports'];
  onProgress: (id: string, done: number) => void;
}): ImportDesk {
  const uploads = new Map<string, Upload>();

  const readingOf = (id: string, { name, stop }: Upload): Reading => ({
    name,
    signal: stop.signal,
    onProgress: done => deps.onProgress(id, done),
  });
  const cancel = async (id: string): Promise<void> => {
    const upload = uploads.get(id);
    uploads.delete(id);
    upload?.stop.abort();
    if (upload) await rm(upload.dir, { recursive: true, force: true });
  };

  return {
    async start(name, size) {
      if (size > largestUpload) {
        throw new AppError('request_too_large', `${name} is larger than 8 GB, which is too large to import.`);
      }
      const [oldest] = uploads.keys();
      if (oldest !== undefined && uploads.size >= mostUploads) await cancel(oldest);
      const id = randomUUID();
      uploads.set(id, await openUpload(name, size));
      return id;
    },
    async addPart(id, data) {
      const upload = findUpload(uploads, id);
      if (upload.received + data.length > upload.size) {
        throw new AppError(
          'invalid_request',
          `${upload.name} is larger than it was said to be; choose it again.`,
        );
      }
      await appendFile(upload.file, data);
      upload.received += data.length;
      return upload.received;
    },
    fileOf: id => findWhole(uploads, id).file,
    async preview(id) {
      const upload = findWhole(uploads, id);
      return previewImport(upload.file, deps.imports, readingOf(id, upload));
    },
    async apply(id, chatIds) {
      const upload = findWhole(uploads, id);
      const result = await applyImport(upload.file, chatIds, deps.imports, readingOf(id, upload));
      await cancel(id);
      return result;
    },
    cancel,
    async close() {
      await Promise.all([...uploads.keys()].map(cancel));
    },
  };
}

async function openUpload(name: string, size: number): Promise<Upload> {
  // Only its owner may look into such a folder.
  const dir = await mkdtemp(join(tmpdir(), 'parley-import-'));
  return { dir, file: join(dir, 'file'), name, size, received: 0, stop: new AbortController() };
}

function findUpload(uploads: ReadonlyMap<string, Upload>, id: string): Upload {
  const upload = uploads.get(id);
  if (upload) return upload;
  throw new AppError('not_found', 'This import is not there any more; choose the file again.');
}

function findWhole(uploads: ReadonlyMap<string, Upload>, id: string): Upload {
  const upload = findUpload(uploads, id);
  if (upload.received === upload.size) return upload;
  throw new AppError('invalid_request', `${upload.name} has not arrived whole; choose it again.`);
}
