import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

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
export function ErrorNote({ error, children }: { error: Error | null; children?: ReactNode }) {
  if (!error) return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 py-3 text-danger">
      <p className="max-w-prose wrap-anywhere" dir="auto">
        {error.message}
      </p>
      {children}
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
