import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { ClipboardEvent, KeyboardEvent, RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { suggestionId, suggestionListId } from './suggestion-list.tsx';

type MessageFieldProps = {
  area: RefObject<HTMLTextAreaElement | null>;
  value: string;
  /** Number of the suggestion that Enter would take; null while there are none. */
  activeSuggestion: number | null;
  onChange: (area: HTMLTextAreaElement) => void;
  onCaret: (area: HTMLTextAreaElement) => void;
  onBlur: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
  onPaste: (event: ClipboardEvent) => void;
};

/** The text one writes, as tall as it needs to be. */
export function MessageField({ area, value, activeSuggestion, ...props }: MessageFieldProps) {
  const { t } = useTranslation('composer');
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle<HTMLTextAreaElement | null, HTMLTextAreaElement | null>(area, () => field.current, []);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the height is that of the value
  useLayoutEffect(() => fitHeight(field.current), [value]);
  useEffect(() => {
    let width = 0;
    const observer = new ResizeObserver(([entry]) => {
      const isNew = entry !== undefined && entry.contentRect.width !== width;
      width = entry?.contentRect.width ?? 0;
      if (isNew) fitHeight(field.current);
    });
    if (field.current) observer.observe(field.current);
    return () => observer.disconnect();
  }, []);
  // Mounted anew for each chat: opening one means one wants to write.
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const isSuggesting = activeSuggestion !== null;
  return (
    <textarea
      ref={field}
      aria-label={t('message')}
      aria-autocomplete="list"
      aria-controls={isSuggesting ? suggestionListId : undefined}
      aria-activedescendant={isSuggesting ? suggestionId(activeSuggestion) : undefined}
      placeholder={t('placeholder')}
      rows={1}
      dir="auto"
      value={value}
      onChange={event => props.onChange(event.target)}
      onSelect={event => props.onCaret(event.currentTarget)}
      onBlur={props.onBlur}
      onKeyDown={props.onKeyDown}
      onPaste={props.onPaste}
      data-composer
      className="block max-h-[40dvh] min-h-11 w-full resize-none overflow-y-auto bg-transparent px-4 pt-3 pb-1.5 text-reading leading-normal outline-none placeholder:text-faint"
    />
  );
}

/** Lays the whole page out, and so is only for when the value or the width has changed. */
function fitHeight(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = '0';
  area.style.height = `${area.scrollHeight}px`;
}
