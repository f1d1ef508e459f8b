import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import { wordBudgetNotice } from '../../../electron/contract/budget-notice.ts';
import { useApi } from '../../api.ts';
import { catalogues, closestLanguage } from '../../texts/texts.ts';

/** Says on the page what the core has to say wherever the person is, with the way to where it is shown. */
export function Notices() {
  const api = useApi();
  const { t, i18n } = useTranslation('usage');
  const { language } = i18n;
  const [, navigate] = useLocation();
  useEffect(
    () =>
      api.on('budgets.notice', notice => {
        const { title, body } = wordBudgetNotice(notice, catalogues[closestLanguage([language])].menu);
        toast.warning(title, {
          description: body,
          duration: 15_000,
          action: { label: t('budget.show'), onClick: () => navigate('/usage/budgets') },
        });
      }),
    [api, navigate, t, language],
  );
  return null;
}
