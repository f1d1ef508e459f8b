import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { ProviderReview } from '../../../electron/contract/backends.ts';
import type { StudioScript } from '../../../electron/contract/studio-calls.ts';
import type { Editing } from './use-editing.ts';
import { useKnowScript, useSaveScript } from './use-studio.ts';

/** Writes the text; where it asks for more than before, only after somebody has looked at that. */
export function useSaving({ type }: StudioScript, editing: Editing) {
  const { t } = useTranslation('studio');
  const [review, setReview] = useState<ProviderReview | null>(null);
  const know = useKnowScript(type);
  const { mutate, isPending, error, variables, reset } = useSaveScript();
  const write = (confirmed: string | null) => {
    if (isPending || (!editing.isDirty && confirmed === null)) return;
    mutate(
      { type, source: editing.text, base_sha256: editing.base.sha256, confirmed },
      {
        onSuccess: saved => {
          if (saved.outcome === 'needs_review') {
            setReview(saved.review);
            return;
          }
          setReview(null);
          know(saved.script);
          if (saved.outcome === 'changed_on_disk') return;
          editing.saved(saved.script);
          toast.success(t('saved', { type }));
        },
      },
    );
  };
  return {
    isPending,
    // Of a text that was changed since it says nothing any more.
    error: variables?.source === editing.text ? error : null,
    review,
    save: () => write(null),
    confirm: () => write(review?.sha256 ?? null),
    cancel: () => {
      setReview(null);
      reset();
    },
  };
}
