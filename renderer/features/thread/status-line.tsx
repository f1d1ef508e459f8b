import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { ErrorText } from '../../ui/state-note.tsx';
import type { AnswerStatus, StatusAction } from './answer-status.ts';

const tones = { quiet: 'text-faint', warning: 'text-warning', error: 'text-danger' };

type StatusLineProps = {
  status: AnswerStatus;
  onAction: (action: Exclude<StatusAction, 'providers'>) => void;
};

/** How an answer ended and what to do now, below its text. */
export function StatusLine({ status, onAction }: StatusLineProps) {
  const { t } = useTranslation('thread');
  return (
    <div
      role={status.tone === 'error' ? 'alert' : 'status'}
      className={classNames('mt-3 flex flex-col gap-2 text-small', tones[status.tone])}
    >
      {'note' in status ? (
        <p className="max-w-prose">{t(`status.${status.note}`)}</p>
      ) : (
        <ErrorText error={status.error} />
      )}
      <p className="flex flex-wrap items-center gap-2">
        {status.actions.map(action =>
          action === 'providers' ? (
            <Link
              key={action}
              href="/providers"
              className="px-1 font-medium text-accent underline underline-offset-2"
            >
              {t('actions.providers')}
            </Link>
          ) : (
            <Button key={action} onClick={() => onAction(action)} className="text-ink">
              {t(`actions.${action}`)}
            </Button>
          ),
        )}
      </p>
    </div>
  );
}
