import { ArrowUpCircle, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { IconButton } from '../../ui/button.tsx';
import { readStored, writeStored } from '../../ui/stored.ts';
import { useUpdates } from './use-about.ts';

const dismissedKey = 'parley.update_dismissed';

/** One line above every page where there is a newer version; who closes it is not told of that one again. */
export function UpdateNotice() {
  const { t } = useTranslation('about');
  const { data } = useUpdates().state;
  const [dismissed, setDismissed] = useState(() => readStored(dismissedKey));
  const version = data?.version ?? null;
  const isTold = data?.status === 'available' || data?.status === 'ready';
  if (!isTold || version === null || version === dismissed) return null;
  return (
    <div role="status" className="flex items-center gap-2.5 bg-sunken px-4 py-2 text-small">
      <ArrowUpCircle aria-hidden size={16} className="shrink-0 text-accent" />
      <p className="min-w-0 flex-1">
        {t('update.notice', { version })}{' '}
        <Link href="/settings/about/updates" className="text-accent underline underline-offset-2">
          {t('update.show')}
        </Link>
      </p>
      <IconButton
        label={t('update.dismiss')}
        onClick={() => {
          writeStored(dismissedKey, version);
          setDismissed(version);
        }}
      >
        <X aria-hidden size={15} />
      </IconButton>
    </div>
  );
}
