import { useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';

import { classNames } from '../../ui/class-names.ts';
import { caretPosition } from './caret-position.ts';
import type { Suggestion } from './use-suggestions.ts';

export const suggestionListId = 'composer-suggestions';
export const suggestionId = (index: number) => `${suggestionListId}-${String(index)}`;

/** Width of the list in pixels; it moves inwards where there is less room. */
const listWidth = 320;

type SuggestionListProps = {
  area: RefObject<HTMLTextAreaElement | null>;
  /** Place in the text the list stands at. */
  start: number;
  items: Suggestion[];
  active: number;
  onChoose: (item: Suggestion) => void;
};

/** The list at the caret. The focus stays in the text: keys are handled there. */
export function SuggestionList({ area, start, items, active, onChoose }: SuggestionListProps) {
  const { t } = useTranslation('composer');
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!area.current || !list.current) return;
    const { left, top } = caretPosition(area.current, start);
    const most = Math.max(8, window.innerWidth - listWidth - 8);
    list.current.style.left = `${String(Math.min(left, most))}px`;
    list.current.style.bottom = `${String(window.innerHeight - top + 6)}px`;
  }); // after every render: whatever changes in the composer may move the line
  return createPortal(
    <>
      <div
        ref={list}
        id={suggestionListId}
        role="listbox"
        aria-label={t('suggestions')}
        style={{ width: listWidth }}
        className="fixed z-20 max-h-80 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-xl border border-line bg-raised py-1 text-small shadow-float"
      >
        {items.map((item, index) => (
          // The text has the focus and takes the keys, as the combobox pattern wants it.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={item.id}
            id={suggestionId(index)}
            role="option"
            aria-selected={index === active}
            // The text keeps the focus, and with it the caret.
            onMouseDown={event => event.preventDefault()}
            onClick={() => onChoose(item)}
            className={classNames(
              'flex min-h-9 cursor-pointer items-baseline gap-2 px-3 py-1.5',
              index === active && 'bg-hover',
            )}
          >
            {item.type === 'new-snippet' ? (
              <span className="text-soft">{t('make_prompt')}</span>
            ) : (
              <>
                <bdi className="shrink-0 font-medium">{item.label}</bdi>
                <bdi
                  className={classNames('min-w-0 truncate', index === active ? 'text-soft' : 'text-faint')}
                >
                  {item.detail}
                </bdi>
              </>
            )}
          </div>
        ))}
      </div>
      <p role="status" className="sr-only">
        {t('suggestion_count', { count: items.length })}
      </p>
    </>,
    // Past the composer's frame, which cuts off what stands above it, yet within the page's landmark.
    document.querySelector('main') ?? document.body,
  );
}
