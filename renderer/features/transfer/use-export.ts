import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';
import type { Api } from '../../api.ts';
import { saveFile } from '../../ui/save-file.ts';
import { errorLine, toCoreError } from '../../ui/error-words.ts';
import { fromBase64 } from './base64.ts';

export type ExportWish = { ids: string[] | null; format: 'markdown' | 'json' };

/** Exports chats into a file the browser or the app saves; says how it went. */
export function useExport() {
  const api = useApi();
  const { t } = useTranslation('transfer');
  return useCallback(
    async (wish: ExportWish) => {
      const note = toast.loading(t('export.working'));
      try {
        const { file_name: name, blob } = await fetchExport(api, wish);
        saveFile(blob, name);
        toast.success(t('export.done', { name }), { id: note });
      } catch (error) {
        toast.error(t('export.failed', { reason: errorLine(toCoreError(error)) }), { id: note });
      }
    },
    [api, t],
  );
}

/** One file, fetched part by part. */
export async function fetchExport(api: Api, wish: ExportWish): Promise<{ file_name: string; blob: Blob }> {
  return readExport(api, await api.call('exports.start', wish));
}

export async function readExport(
  api: Api,
  { id, file_name, media_type }: ApiOutput<'exports.start'>,
): Promise<{ file_name: string; blob: Blob }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const { data, is_last } = await api.call('exports.read', { id });
    parts.push(fromBase64(data));
    if (is_last) return { file_name, blob: new Blob(parts, { type: media_type }) };
  }
}
