import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

/** Whoever leaves with changes hears that they are kept, and how to get back to them. */
export function useDraftNews(type: string, isDirty: boolean): void {
  const { t } = useTranslation('studio');
  const [, navigate] = useLocation();
  const latest = useRef({ isDirty, t, navigate });
  useEffect(() => {
    latest.current = { isDirty, t, navigate };
  });
  useEffect(
    () => () => {
      const { current: now } = latest;
      if (!now.isDirty) return;
      toast(now.t('draft.kept', { type }), {
        duration: 10_000,
        action: {
          label: now.t('draft.go_back'),
          onClick: () => now.navigate(`/providers/studio/${encodeURIComponent(type)}`),
        },
      });
    },
    [type],
  );
}
