import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { SourceDiff } from '../providers/source-diff.tsx';
import type { Editing } from './use-editing.ts';

/** What is to be decided about the text before it is worked on: a draft that came back, a file that changed. */
export function StudioNotes({ type, editing, onDisk }: { type: string; editing: Editing; onDisk: string }) {
  const { t, i18n } = useTranslation('studio');
  if (editing.isConflict) {
    return (
      <Note isWarning>
        <p className="max-w-prose">{t('conflict.note', { type })}</p>
        <Button onClick={editing.load}>{t('conflict.load')}</Button>
        <Button onClick={editing.keepMine}>{t('conflict.keep')}</Button>
        <details className="w-full">
          <summary className="w-fit rounded-base text-small">{t('conflict.compare')}</summary>
          <div className="mt-2 max-h-60 overflow-y-auto text-ink">
            <SourceDiff before={onDisk} after={editing.text} />
          </div>
        </details>
      </Note>
    );
  }
  if (editing.restored === null) return null;
  const time = new Date(editing.restored).toLocaleString(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (
    <Note>
      <p>{t('draft.restored', { time })}</p>
      <Button onClick={editing.load}>{t('draft.discard')}</Button>
    </Note>
  );
}

export function Note({ isWarning = false, children }: { isWarning?: boolean; children: ReactNode }) {
  const look = isWarning ? 'bg-warning-soft text-warning' : 'bg-sunken';
  return (
    <div
      role="status"
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-2.5 text-small sm:px-8 ${look}`}
    >
      {children}
    </div>
  );
}
