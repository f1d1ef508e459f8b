import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { LedgerFilter } from '../../../electron/contract/usage-calls.ts';
import { useApi } from '../../api.ts';
import { fromBase64 } from '../transfer/base64.ts';
import { saveFile } from '../../ui/save-file.ts';
import { errorLine, toCoreError } from '../../ui/error-words.ts';

/** Fetches the filtered ledger part by part into a file the browser or the app saves; says how it went. */
export function useLedgerExport(filter: LedgerFilter) {
  const api = useApi();
  const { t } = useTranslation('usage');
  return useCallback(
    async (format: 'csv' | 'json' | 'parquet') => {
      const note = toast.loading(t('export.working'));
      try {
        const { id, file_name: name, media_type: type } = await api.call('ledger.export', { filter, format });
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for (let isLast = false; !isLast;) {
          const part = await api.call('ledger.export_read', { id });
          parts.push(fromBase64(part.data));
          isLast = part.is_last;
        }
        saveFile(new Blob(parts, { type }), name);
        toast.success(t('export.done', { name }), { id: note });
      } catch (error) {
        toast.error(t('export.failed', { reason: errorLine(toCoreError(error)) }), { id: note });
      }
    },
    [api, filter, t],
  );
}
