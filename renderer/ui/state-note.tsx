import type { ReactNode } from 'react';

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
      <p className="max-w-prose">{error.message}</p>
      {children}
    </div>
  );
}

/** Keeps the place of what is on its way. */
export function LoadingNote({ label = 'Loading…' }: { label?: string }) {
  return (
    <p role="status" className="py-3 text-faint">
      {label}
    </p>
  );
}
