import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { ScriptLogLine } from '../../../electron/contract/studio-calls.ts';
import { Button } from '../../ui/button.tsx';

const colours: Record<ScriptLogLine['level'], string> = {
  info: 'text-faint',
  warn: 'text-warning',
  error: 'text-danger',
};

/** What the script says while it works. */
export function ScriptConsole({ lines, onClear }: { lines: readonly ScriptLogLine[]; onClear: () => void }) {
  const { t, i18n } = useTranslation('studio');
  const end = useRef<HTMLDivElement>(null);
  const newest = lines.at(-1)?.number;
  useEffect(() => {
    const panel = end.current?.closest('[role="tabpanel"]');
    // Who has scrolled up reads something there.
    const isFollowed = panel && panel.scrollHeight - panel.scrollTop - panel.clientHeight < 160;
    if (newest !== undefined && isFollowed) panel.scrollTo({ top: panel.scrollHeight });
  }, [newest]);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start justify-between gap-3">
        <p className="text-small text-soft">{t('console.lead')}</p>
        <Button onClick={onClear} disabled={lines.length === 0}>
          {t('console.clear')}
        </Button>
      </div>
      {lines.length === 0 && <p className="text-faint">{t('console.empty')}</p>}
      <div role="log" aria-label={t('console.lines')} className="font-mono text-small leading-relaxed">
        {lines.map(({ number, at, backend, level, message }) => (
          <p key={number} className="flex gap-2">
            <time dateTime={at} className="shrink-0 text-faint tabular-nums">
              {new Date(at).toLocaleTimeString(i18n.language)}
            </time>
            <span className={`shrink-0 ${colours[level]}`}>{t(`console.levels.${level}`)}</span>
            <span className="shrink-0 text-faint">{backend}</span>
            <span dir="auto" className="min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap">
              {message}
            </span>
          </p>
        ))}
      </div>
      <div ref={end} />
    </div>
  );
}
