import { useTranslation } from 'react-i18next';

import type { CallDetails } from '../../../electron/contract/inspector.ts';
import { formatDuration } from '../../ui/format.ts';
import { spansOf } from './timing.ts';
import type { Phase } from './timing.ts';

const fills: Record<Phase, string> = {
  queue: 'bg-line-strong',
  retries: 'bg-danger',
  connect: 'bg-soft',
  wait: 'bg-warning',
  stream: 'bg-accent',
};

/** Where a call's time went, as a bar and in words. */
export function TimeBar({ call }: { call: CallDetails }) {
  const { t } = useTranslation('inspector');
  const spans = spansOf(call);
  const total = spans.at(-1)?.to ?? 0;
  if (total === 0) return null;
  return (
    <div>
      <div aria-hidden className="flex h-2.5 overflow-hidden rounded-full bg-active">
        {spans.map(({ phase, from, to }) => (
          <div
            key={phase}
            className={fills[phase]}
            // A phase that took no time to speak of can still be seen.
            style={{ flexGrow: to - from, minWidth: 3 }}
          />
        ))}
      </div>
      <ul
        aria-label={t('timing.label')}
        className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-small text-soft"
      >
        {spans.map(({ phase, from, to }) => (
          <li key={phase} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={`size-2.5 rounded-full ${fills[phase]}`} />
            {t(`timing.${phase}`)} {formatDuration(to - from)}
          </li>
        ))}
      </ul>
    </div>
  );
}
