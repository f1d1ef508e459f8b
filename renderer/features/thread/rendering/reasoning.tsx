import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { classNames } from '../../../ui/class-names.ts';
import { Markdown } from '../markdown.tsx';
import { durationText } from './duration-text.ts';
import { useKeptState } from '../../../ui/kept-state.ts';

type ReasoningProps = {
  text: string;
  isGrowing: boolean;
  /** Where the block stands in its message. */
  place: number;
  durationMs: number | undefined;
};

/** What the model thought: open while it thinks, then folded away, for most readers want the answer. */
export function Reasoning({ text, isGrowing, place, durationMs }: ReasoningProps) {
  const { t } = useTranslation('rendering');
  const [chosen, setChosen] = useKeptState<boolean | null>(`reasoning ${place}`, null);
  const seen = useSeenDuration(isGrowing);
  const id = useId();
  const isOpen = chosen ?? isGrowing;
  const took = durationMs ?? seen;
  if (text === '')
    return isGrowing ? (
      <p className="waiting-dot mb-3 text-small text-faint">{t('reasoning.growing')}</p>
    ) : null;
  return (
    <section aria-label={t('reasoning.label')} className="mb-4 text-small text-soft">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        className="-ms-1 inline-flex min-h-8 items-center gap-1 rounded-base pe-2 hover:text-ink"
        onClick={() => setChosen(!isOpen)}
      >
        <ChevronRight
          aria-hidden
          size={15}
          className={classNames('transition-transform rtl:-scale-x-100', isOpen && 'rotate-90 rtl:rotate-90')}
        />
        {isGrowing && <span className="waiting-dot">{t('reasoning.growing')}</span>}
        {!isGrowing &&
          (took === undefined
            ? t('reasoning.done')
            : t('reasoning.took', { duration: durationText(t, took) }))}
      </button>
      {isOpen && <Thoughts id={id} text={text} isGrowing={isGrowing} />}
    </section>
  );
}

function Thoughts({ id, text, isGrowing }: { id: string; text: string; isGrowing: boolean }) {
  const { t } = useTranslation('rendering');
  const box = useRef<HTMLDivElement>(null);
  const isReadingBack = useRef(false);
  useEffect(() => {
    if (isGrowing && !isReadingBack.current) box.current?.scrollTo({ top: box.current.scrollHeight });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the text makes the box longer
  }, [text, isGrowing]);
  return (
    <div
      id={id}
      ref={box}
      role="region"
      aria-label={t('reasoning.label')}
      // It scrolls by itself, so it needs the keyboard's focus.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="thoughts mt-1 max-h-80 overflow-y-auto border-s-2 border-line ps-4"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isReadingBack.current = scrollHeight - scrollTop - clientHeight > 40;
      }}
    >
      <Markdown text={text} isStreaming={isGrowing} />
    </div>
  );
}

/** How long the block grew before the reader's eyes; undefined where its begin was not seen. */
function useSeenDuration(isGrowing: boolean): number | undefined {
  const begin = useRef<number>(undefined);
  const [duration, setDuration] = useState<number>();
  useEffect(() => {
    if (isGrowing) begin.current ??= performance.now();
    else if (begin.current !== undefined) setDuration(performance.now() - begin.current);
  }, [isGrowing]);
  return duration;
}
