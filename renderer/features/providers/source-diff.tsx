import { useTranslation } from 'react-i18next';

import { classNames } from '../../ui/class-names.ts';
import { diffLines, foldSame } from './diff-lines.ts';

const signs = { same: ' ', added: '+', removed: '−' };

/** What changed between two versions of a script. */
export function SourceDiff({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation('providers');
  return (
    <pre
      // Long lines scroll, which has to be possible with the keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t('review.changes')}
      role="group"
      className="overflow-x-auto rounded-base bg-sunken py-2 font-mono text-small"
    >
      {foldSame(diffLines(before, after)).map((line, index) => (
        <span
          // oxlint-disable-next-line react/no-array-index-key -- a line's place is its identity
          key={index}
          className={classNames(
            'block px-3 whitespace-pre',
            line?.type === 'added' && 'bg-accent-soft',
            line?.type === 'removed' && 'bg-danger-soft',
            line === null && 'text-faint',
          )}
        >
          {line === null ? '⋯' : `${signs[line.type]} ${line.text}`}
        </span>
      ))}
    </pre>
  );
}
