import { Archive, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { Snapshot } from '../../../electron/contract/backups.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatBytes } from '../../ui/format.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { MergeSheet } from './merge-sheet.tsx';
import { RestartButton } from '../desktop/restart-button.tsx';
import { reportError } from '../../ui/report-error.ts';
import { tellEnd } from '../../ui/tell-end.ts';
import { useBackupEdit, useBackups } from './use-backups.ts';

/** Settings → backup: the snapshots there are, and what can be done with each. */
export function SnapshotSettings() {
  const { t } = useTranslation('backup');
  const backups = useBackups();
  const create = useBackupEdit('backups.create');
  const restore = useBackupEdit('backups.restore');
  if (!backups.data) return backups.isPending ? <LoadingNote /> : <ErrorNote error={backups.error} />;
  const { snapshots, folder, restore_next: next, problem } = backups.data;
  return (
    <>
      <p className="mb-3 max-w-prose text-soft wrap-anywhere">{t('lead', { folder })}</p>
      {problem !== null && (
        <p role="alert" className="mb-3 max-w-prose text-danger">
          {t('problem', { reason: problem })}
        </p>
      )}
      {next !== null && (
        <p role="status" className="mb-3 flex flex-wrap items-center gap-3 text-warning">
          {t('restore_next', { name: next })}
          <RestartButton />
          <Button onClick={() => restore.mutate({ name: null })}>{t('restore_undo')}</Button>
        </p>
      )}
      <Button
        disabled={create.isPending}
        onClick={() => create.mutate({}, { onSuccess: () => toast(t('created')) })}
      >
        <Archive aria-hidden size={15} />
        {create.isPending ? t('creating') : t('create')}
      </Button>
      <ErrorNote error={create.error ?? restore.error} />
      {snapshots.length === 0 ? (
        <p className="mt-4 text-faint">{t('none')}</p>
      ) : (
        <ul aria-label={t('snapshots')} className="mt-4 divide-y divide-line border-y border-line">
          {snapshots.map(snapshot => (
            <SnapshotRow key={snapshot.name} snapshot={snapshot} />
          ))}
        </ul>
      )}
    </>
  );
}

function SnapshotRow({ snapshot }: { snapshot: Snapshot }) {
  const { t } = useTranslation('backup');
  const time = useTimeText()(snapshot.taken_at);
  const [asked, setAsked] = useState<'merge' | 'restore' | null>(null);
  const remove = useBackupEdit('backups.delete');
  const { name, reason, bytes } = snapshot;
  const close = () => setAsked(null);
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <span className="min-w-48 flex-1">
        {time}{' '}
        <span className="text-small text-faint">
          {t(`reason.${reason}`)} · {formatBytes(bytes)}
        </span>
      </span>
      <Button variant="quiet" aria-label={t('merge_of', { time })} onClick={() => setAsked('merge')}>
        {t('merge')}
      </Button>
      <Button variant="quiet" aria-label={t('restore_of', { time })} onClick={() => setAsked('restore')}>
        {t('restore')}
      </Button>
      <IconButton
        label={t('delete_of', { time })}
        onClick={() =>
          tellEnd(remove.mutateAsync({ name }), {
            onSuccess: () => toast(t('deleted')),
            onError: reportError,
          })
        }
      >
        <Trash2 aria-hidden size={16} />
      </IconButton>
      {asked === 'merge' && <MergeSheet name={name} time={time} onClose={close} />}
      {asked === 'restore' && <RestoreDialog name={name} time={time} onClose={close} />}
    </li>
  );
}

function RestoreDialog({ name, time, onClose }: { name: string; time: string; onClose: () => void }) {
  const { t } = useTranslation('backup');
  const restore = useBackupEdit('backups.restore');
  return (
    <Dialog
      open
      title={t('restore_title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" onClick={() => restore.mutate({ name }, { onSuccess: onClose })}>
            {t('restore_confirm')}
          </Button>
        </>
      }
    >
      <p className="max-w-prose">{t('restore_text', { time })}</p>
      <ErrorNote error={restore.error} />
    </Dialog>
  );
}

function useTimeText(): (iso: string) => string {
  const { i18n } = useTranslation();
  return iso => new Date(iso).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
}
