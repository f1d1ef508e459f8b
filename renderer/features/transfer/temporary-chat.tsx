import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';

import { isTemporary } from '../../../electron/contract/temporary-chat.ts';
import { Button } from '../../ui/button.tsx';
import { useStartTemporary } from './use-temporary-chat.ts';

/** On a new chat: the way to one that leaves no trace. */
export function TemporarySwitch({ model }: { model: string | null }) {
  const { t } = useTranslation('transfer');
  const start = useStartTemporary();
  return (
    <div className="flex justify-end px-3 pt-2">
      <Button variant="quiet" title={t('temporary.start_hint')} onClick={() => void start(model)}>
        <EyeOff aria-hidden size={15} />
        {t('temporary.start')}
      </Button>
    </div>
  );
}

/** Above a temporary chat: that it is one, what that means, and the way to end it. */
export function TemporaryMark({ chatId }: { chatId: string }) {
  const { t } = useTranslation('transfer');
  const [, navigate] = useLocation();
  if (!isTemporary(chatId)) return null;
  return (
    <div role="note" className="mx-auto w-full max-w-measure px-5 pt-2 pb-3 text-small">
      <p className="flex flex-wrap items-center gap-x-2">
        <EyeOff aria-hidden size={15} className="text-accent" />
        <span className="font-medium">{t('temporary.mark')}</span>
        <Button variant="quiet" className="ms-auto" onClick={() => navigate('/chat')}>
          {t('temporary.close')}
        </Button>
      </p>
      <p className="max-w-prose text-faint">{t('temporary.explain')}</p>
    </div>
  );
}
