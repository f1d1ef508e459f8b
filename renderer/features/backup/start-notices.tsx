import { ShieldCheck, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../../ui/button.tsx';
import { CoreWords } from '../../ui/state-note.tsx';
import { useAppInfo } from '../settings/use-app-info.ts';

/** How this start was a special one: safe mode, and what was mended or restored. */
export function StartNotices() {
  const { t } = useTranslation('backup');
  const { data } = useAppInfo();
  const [isRead, setRead] = useState(false);
  const notices = isRead ? [] : (data?.notices ?? []);
  const isSafe = data?.safe_mode === true;
  if (!isSafe && notices.length === 0) return null;
  return (
    <div role="status" className="flex items-start gap-2.5 bg-sunken px-4 py-2 text-small">
      <ShieldCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-accent" />
      <div className="min-w-0 flex-1 wrap-anywhere">
        {isSafe && <p dir="auto">{t('safe_mode')}</p>}
        {notices.length > 0 && <CoreWords text={t('unusual_start')} said={notices.join(' ')} />}
      </div>
      {notices.length > 0 && (
        <IconButton label={t('close')} onClick={() => setRead(true)}>
          <X aria-hidden size={15} />
        </IconButton>
      )}
    </div>
  );
}
