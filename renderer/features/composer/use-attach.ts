import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import { readFile, readPasted, refuseFile } from './attach-files.ts';
import type { AttachedFile, Refusal } from './attach-files.ts';
import { useDrafts } from './drafts.ts';
import { readPdfAside } from './read-pdf-aside.ts';

/** Adds files to a chat's draft; each refused one is reported with its reason. */
export function useAttach(chat: string): (files: readonly File[]) => Promise<void> {
  const { t } = useTranslation('composer');
  const addFiles = useDrafts(drafts => drafts.addFiles);
  return useCallback(
    async files => {
      for (const file of files) {
        const result = await tryFile(chat, file);
        if (typeof result === 'string')
          toast.error(t(`refusals.${result}`, { name: file.name || t('this_file') }));
        else addFiles(chat, [result]);
      }
    },
    [chat, addFiles, t],
  );
}

/** Turns long pasted text into a file of the draft. */
export function useAttachPasted(chat: string): (text: string) => Promise<void> {
  const { t } = useTranslation('composer');
  const addFiles = useDrafts(drafts => drafts.addFiles);
  return useCallback(
    async text => addFiles(chat, [await readPasted(text, t('pasted_name'))]),
    [chat, addFiles, t],
  );
}

async function tryFile(chat: string, file: File): Promise<AttachedFile | Refusal> {
  const attached = useDrafts.getState().files[chat] ?? [];
  try {
    return refuseFile(file, attached) ?? (await readFile(file, readPdfAside));
  } catch {
    return 'unreadable';
  }
}
