import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { ImportDone, ImportPreviewDialog } from '../transfer/import-sheet.tsx';
import { useMerge } from './use-backups.ts';

/** The chats of a snapshot, to take back those that are gone; as an import looks. */
export function MergeSheet({ name, time, onClose }: { name: string; time: string; onClose: () => void }) {
  const { t } = useTranslation('backup');
  const { preview, merge } = useMerge(name);
  if (merge.data) return <ImportDone result={merge.data} onClose={onClose} />;
  if (preview.data && !merge.isPending && !merge.error)
    return <ImportPreviewDialog preview={preview.data} onClose={onClose} onTake={ids => merge.mutate(ids)} />;
  const error = preview.error ?? merge.error;
  return (
    <Dialog
      open
      title={t('merge_of', { time })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('close')}</Button>}
    >
      {error ? <ErrorNote error={error} /> : <p role="status">{t('looking')}</p>}
    </Dialog>
  );
}
