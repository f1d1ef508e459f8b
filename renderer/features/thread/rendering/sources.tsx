import { useTranslation } from 'react-i18next';

import type { Citation } from '../../../../electron/contract/citations.ts';
import { keepSafeUrl } from './keep-safe-url.ts';

/** The pages an answer draws on, in the order of the numbers its text may hold. */
export function Sources({ citations }: { citations: readonly Citation[] }) {
  const { t } = useTranslation('rendering');
  const shown = citations.filter(({ url }) => keepSafeUrl(url, 'href') !== '');
  if (shown.length === 0) return null;
  return (
    <section aria-label={t('sources.label')} className="mt-4 text-small">
      <p className="mb-1 text-faint">{t('sources.label')}</p>
      <ol className="flex flex-col gap-0.5">
        {shown.map(({ url, title }, index) => (
          <li key={url} className="flex min-w-0 items-baseline gap-2">
            <span className="shrink-0 text-faint tabular-nums">{index + 1}</span>
            <a
              href={url}
              target="_blank"
              rel="noreferrer"
              title={url}
              dir="auto"
              className="min-w-0 truncate py-0.5 text-accent underline-offset-2 hover:underline"
            >
              {title ?? url}
            </a>
            {title !== undefined && <bdi className="shrink-0 text-faint">{hostOf(url)}</bdi>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : '';
}
