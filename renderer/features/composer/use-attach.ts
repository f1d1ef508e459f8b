import { useCallback } from 'react';
import { toast } from 'sonner';

import { readImage, refuseImage } from './attach-images.ts';
import { useDrafts } from './drafts.ts';

/** Adds image files to a chat's draft; each refused one is reported with its reason. */
export function useAttach(chat: string): (files: readonly File[]) => Promise<void> {
  const addImages = useDrafts(drafts => drafts.addImages);
  return useCallback(
    async files => {
      for (const file of files) {
        const refusal = refuseImage(file);
        if (refusal === null) {
          try {
            addImages(chat, [await readImage(file)]);
          } catch (error) {
            toast.error(error instanceof Error ? error.message : 'The image could not be read.');
          }
        } else {
          toast.error(refusal);
        }
      }
    },
    [chat, addImages],
  );
}
