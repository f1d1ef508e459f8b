import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { ProviderReview } from '../../../electron/contract/backends.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { errorLine } from '../../ui/error-words.ts';
import { ReviewFacts } from './review-facts.tsx';
import { useScriptQueue } from './script-queue.ts';
import type { ScriptFile } from './script-queue.ts';
import { TryScript } from './try-script.tsx';
import { useImportScript, useInspection } from './use-providers.ts';

/** Reviews dropped scripts one after the other; nothing is written before a yes. */
export function ScriptReviews() {
  const first = useScriptQueue(({ files }) => files[0]);
  const finishFirst = useScriptQueue(({ finishFirst }) => finishFirst);
  if (!first) return null;
  return <ScriptReview key={first.file_name + first.source} script={first} onDone={finishFirst} />;
}

function ScriptReview({ script, onDone }: { script: ScriptFile; onDone: () => void }) {
  const { t } = useTranslation('providers');
  const inspection = useInspection(script);
  const importing = useImportScript();
  const review = inspection.data;
  const file = script.file_name;

  if (inspection.error) return <Refused file={file} reason={errorLine(inspection.error)} onDone={onDone} />;

  const confirm = (found: ProviderReview) =>
    importing.mutate(
      { ...script, sha256: found.sha256, replace: found.replaces === 'user' },
      {
        onSuccess: provider => {
          toast.success(t('review.imported', { name: provider.name }));
          onDone();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onDone}
      title={t('review.title', { file })}
      wide
      actions={
        <>
          <Button onClick={onDone}>{t('cancel')}</Button>
          <Button
            variant="primary"
            disabled={!review || importing.isPending}
            onClick={() => review && confirm(review)}
          >
            {review?.replaces === 'user' ? t('review.import_replace') : t('review.import')}
          </Button>
        </>
      }
    >
      {review ? (
        <>
          <ReviewFacts review={review} source={script.source} files={script.files} />
          <TryScript script={script} review={review} />
        </>
      ) : (
        <LoadingNote label={t('review.reading')} />
      )}
      <ErrorNote error={importing.error} />
    </Dialog>
  );
}

function Refused({ file, reason, onDone }: { file: string; reason: string; onDone: () => void }) {
  const { t } = useTranslation('providers');
  return (
    <Dialog
      open
      alert
      onClose={onDone}
      title={t('review.refused', { file })}
      actions={<Button onClick={onDone}>{t('close')}</Button>}
    >
      <p className="wrap-anywhere whitespace-pre-wrap">{reason}</p>
      <p className="text-small text-soft">{t('review.nothing_imported')}</p>
    </Dialog>
  );
}
