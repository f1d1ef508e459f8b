import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProviderReview } from '../../../electron/contract/backends.ts';
import type { ReviewWarningCode } from '../../../electron/contract/review-warnings.ts';
import { CodeBlock } from '../../ui/code/code-block.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { SourceDiff } from './source-diff.tsx';
import { ReviewWarnings } from './review-warnings.tsx';

/** What is in its place now, the sheet tells in a sentence of its own. */
const toldApart = new Set<ReviewWarningCode>(['takes_place', 'replaces']);

type ReviewFactsProps = { review: ProviderReview; source: string; files?: Record<string, string> };

const nothing: Record<string, string> = {};

/** All a person should know of a script before they say yes. */
export function ReviewFacts({ review, source, files = nothing }: ReviewFactsProps) {
  const { t } = useTranslation('providers');
  const isUpdate = review.approved_source !== null && review.approved_source !== source;
  return (
    <>
      <p className="text-soft">{t('review.trust')}</p>
      <Facts>
        <Fact name={t('review.name')}>
          <bdi>{review.name}</bdi>
        </Fact>
        <Fact name={t('review.type')}>
          <Mono>{review.type}</Mono>
        </Fact>
        <Fact name={t('review.base_url')}>
          {review.base_url === '' ? t('review.backend_url') : <Mono>{review.base_url}</Mono>}
        </Fact>
        <Fact name={t('review.talks_to')}>
          {review.hosts.length === 0 ? t('review.backend_host') : <Mono>{review.hosts.join(', ')}</Mono>}
        </Fact>
        <Fact name={t('review.speaks')}>{review.dialect ?? t('review.models_say')}</Fact>
        <Fact name={t('review.asks_for')}>
          <AskedFor review={review} />
        </Fact>
        <Fact name={t('review.hooks')}>{review.hooks.join(', ') || t('review.none')}</Fact>
        {review.models.length > 0 && <Fact name={t('review.models')}>{review.models.join(', ')}</Fact>}
        {(review.data_files ?? []).length > 0 && (
          <Fact name={t('review.reads')}>
            {review.data_files?.map(path => (
              <span key={path} className="me-2">
                <Mono>{path}</Mono>{' '}
                {Object.hasOwn(files, path) && <span className="text-faint">{t('review.comes_along')}</span>}
              </span>
            ))}
          </Fact>
        )}
        <Fact name="SHA-256">
          <Mono>{review.sha256}</Mono>
        </Fact>
      </Facts>
      <ReviewWarnings warnings={review.warnings.filter(({ code }) => !toldApart.has(code))} />
      {review.replaces === 'user' && <p className="text-warning">{t('review.replaces_user')}</p>}
      {review.replaces === 'built-in' && (
        <p className="text-warning">{t('review.replaces_built_in', { type: review.type })}</p>
      )}
      {isUpdate && (
        <Details title={t('review.changes')} isOpen>
          <SourceDiff before={review.approved_source ?? ''} after={source} />
        </Details>
      )}
      <Details title={t('review.source')}>
        <CodeBlock code={source.trimEnd()} language="lua" />
      </Details>
    </>
  );
}

/** Whose secrets the script wants, in its own words for them. */
function AskedFor({ review: { env, keychain } }: { review: ProviderReview }) {
  const { t } = useTranslation('providers');
  const wishes = [
    ...env.map(name => t('sources.env', { name })),
    ...keychain.map(name => t('sources.keychain', { name })),
  ];
  return wishes.join(', ') || t('review.no_key');
}

function Mono({ children }: { children: ReactNode }) {
  return <code className="font-mono text-small wrap-anywhere">{children}</code>;
}

function Details({
  title,
  isOpen = false,
  children,
}: {
  title: string;
  isOpen?: boolean;
  children: ReactNode;
}) {
  return (
    <details open={isOpen}>
      <summary className="mb-2 w-fit rounded-base text-small text-soft hover:text-ink">{title}</summary>
      <div className="max-h-72 overflow-y-auto">{children}</div>
    </details>
  );
}
