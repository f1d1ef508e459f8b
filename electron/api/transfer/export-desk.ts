import { randomUUID } from 'node:crypto';

import { AppError } from '../../contract/errors.ts';
import type { ChatExport } from './export-chats.ts';

/** Files on their way out, a part at a time. */
export type ExportDesk = {
  add(file: ChatExport): string;
  read(id: string): Promise<{ data: Buffer; is_last: boolean }>;
  cancel(id: string): Promise<void>;
};

type Open = { parts: ChatExport['parts']; rest: Buffer };

const partBytes = 2 * 1024 * 1024;
const mostOpen = 4;

export function createExportDesk(): ExportDesk {
  const open = new Map<string, Open>();
  const cancel = async (id: string): Promise<void> => {
    const found = open.get(id);
    open.delete(id);
    await found?.parts.return(undefined);
  };
  return {
    add({ parts }) {
      const [oldest] = open.keys();
      if (oldest !== undefined && open.size >= mostOpen) void cancel(oldest);
      const id = randomUUID();
      open.set(id, { parts, rest: Buffer.alloc(0) });
      return id;
    },
    async read(id) {
      const found = open.get(id);
      if (!found) throw new AppError('not_found', 'This export has ended; start it again.');
      const chunks = [found.rest];
      let size = found.rest.length;
      let isOver = false;
      while (size < partBytes && !isOver) {
        const next = await found.parts.next();
        if (next.done === true) isOver = true;
        else {
          chunks.push(Buffer.from(next.value));
          size += next.value.length;
        }
      }
      const all = Buffer.concat(chunks);
      found.rest = all.subarray(partBytes);
      const isLast = isOver && found.rest.length === 0;
      if (isLast) open.delete(id);
      return { data: all.subarray(0, partBytes), is_last: isLast };
    },
    cancel,
  };
}
