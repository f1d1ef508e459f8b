import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { errorWords } from './error-words.ts';
import type { CoreError } from './error-words.ts';

/** Where a list would be: what is missing and what to do about it. */
export function EmptyNote({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="py-8 text-soft">
      <p className="font-medium text-ink">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-prose">{children}</div>}
    </div>
  );
}

/** Where something failed to load: the core's sentence, and a way to try again. */
export function ErrorNote({ error, children }: { error: CoreError | null; children?: ReactNode }) {
  if (!error) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 py-3 text-danger">
      <ErrorText error={error} />
      {children}
    </div>
  );
}

/** What went wrong, in the reader's language where that is known, and in the core's own words. */
export function ErrorText({ error }: { error: CoreError }) {
  const { text, detail } = errorWords(error);
  return <Words text={text} detail={detail} />;
}

/** What the core says in a sentence, which is English, below one of the catalogue; in English it says enough by itself. */
export function CoreWords({ text, said }: { text: string; said: string }) {
  const { i18n } = useTranslation('ui');
  return i18n.language.startsWith('en') ? <Words text={said} /> : <Words text={text} detail={said} />;
}

function Words({ text, detail }: { text: string; detail?: string | undefined }) {
  return (
    <div className="max-w-prose wrap-anywhere">
      <p dir="auto">{text}</p>
      {detail !== undefined && (
        <p dir="auto" lang="en" className="mt-0.5 text-small text-soft">
          {detail}
        </p>
      )}
    </div>
  );
}

/** Keeps the place of what is on its way. */
export function LoadingNote({ label }: { label?: string }) {
  const { t } = useTranslation('ui');
  return (
    <p role="status" className="py-3 text-faint">
      {label ?? t('loading')}
    </p>
  );
}
