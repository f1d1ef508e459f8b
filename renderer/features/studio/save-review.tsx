import { useTranslation } from 'react-i18next';

import type { ProviderReview } from '../../../electron/contract/backends.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { ReviewFacts } from '../providers/review-facts.tsx';

type SaveReviewProps = {
  review: ProviderReview;
  source: string;
  isSaving: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before a script gets more than it had. */
export function SaveReview({ review, source, isSaving, error, onConfirm, onClose }: SaveReviewProps) {
  const { t } = useTranslation('studio');
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('review.title', { type: review.type })}
      actions={
        <>
          <Button onClick={onClose}>{t('review.cancel')}</Button>
          <Button variant="primary" disabled={isSaving} onClick={onConfirm}>
            {t('review.confirm')}
          </Button>
        </>
      }
    >
      <p className="text-warning">{t('review.lead')}</p>
      <ReviewFacts review={{ ...review, replaces: null }} source={source} />
      <ErrorNote error={error} />
    </Dialog>
  );
}
