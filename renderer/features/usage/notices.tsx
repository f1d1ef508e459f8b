import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import { useApi } from '../../api.ts';

/** Says on the page what the core has to say wherever the person is, with the way to where it is shown. */
export function Notices() {
  const api = useApi();
  const { t } = useTranslation('usage');
  const [, navigate] = useLocation();
  useEffect(
    () =>
      api.on('notice', ({ title, body, page }) => {
        toast.warning(title, {
          description: body,
          duration: 15_000,
          action: { label: t('budget.show'), onClick: () => navigate(page) },
        });
      }),
    [api, navigate, t],
  );
  return null;
}
