import { FilePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { ApiInput, ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { usePreviewFile, useWriteFile } from './use-connect.ts';

type Wanted = ApiInput<'connect.preview'>;

/** Shows what would change in a tool's file, and writes it on a yes. */
export function WriteFile({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation('connect');
  const preview = usePreviewFile();
  return (
    <>
      <Button onClick={() => preview.mutate(wanted)} disabled={preview.isPending}>
        <FilePen aria-hidden size={16} />
        {t('write.button')}
      </Button>
      <ErrorNote error={preview.error} />
      {preview.data && <ReviewDialog wanted={wanted} preview={preview.data} onClose={preview.reset} />}
    </>
  );
}

type ReviewDialogProps = { wanted: Wanted; preview: ApiOutput<'connect.preview'>; onClose: () => void };

function ReviewDialog({ wanted, preview, onClose }: ReviewDialogProps) {
  const { t } = useTranslation('connect');
  const write = useWriteFile();
  const { file, is_new: isNew, diff, state } = preview;
  const isChange = diff.some(({ mark }) => mark === '+' || mark === '-');
  const confirm = () =>
    write.mutate(
      { ...wanted, state },
      {
        onSuccess: ({ file, backup }) => {
          toast.success(
            backup === null ? t('write.done', { file }) : t('write.done_backup', { file, backup }),
          );
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t(isNew ? 'write.title_new' : 'write.title')}
      actions={
        <>
          <Button onClick={onClose}>{t('write.cancel')}</Button>
          <Button variant="primary" onClick={confirm} disabled={!isChange || write.isPending}>
            {t('write.confirm')}
          </Button>
        </>
      }
    >
      <p className="font-mono text-small wrap-anywhere text-soft">{file}</p>
      {isChange ? <Diff lines={diff} /> : <p>{t('write.nothing')}</p>}
      {!isNew && isChange && <p className="text-small text-faint">{t('write.backup')}</p>}
      <ErrorNote error={write.error} />
    </Dialog>
  );
}

const looks = { '+': 'text-good', '-': 'text-danger', ' ': 'text-soft', '…': 'text-faint' };

function Diff({ lines }: { lines: ReviewDialogProps['preview']['diff'] }) {
  const { t } = useTranslation('connect');
  return (
    <pre
      aria-label={t('write.diff')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls with the keyboard
      tabIndex={0}
      role="region"
      dir="ltr"
      className="m-0 max-h-96 overflow-auto rounded-base bg-sunken px-3 py-2.5 font-mono text-small leading-relaxed"
    >
      {lines.map(({ mark, text }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line's number is its identity
        <div key={index} className={classNames('whitespace-pre', looks[mark])}>
          {mark} {text}
        </div>
      ))}
    </pre>
  );
}
