import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../../ui/button.tsx';
import { useCommand } from '../keys/use-command.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { countPlaces, firstFrom, placeAt } from './find-in-text.ts';
import { useFindMarks } from './use-find-marks.ts';
import type { Place } from './use-find-marks.ts';
import { useFind } from './use-find.ts';

type FindProps = { chatId: string; branch: ThreadItem[] };

/** Finds text in the open chat; a bar of its own that the find command opens. */
export function FindInThread({ chatId, branch }: FindProps) {
  const [opened, setOpened] = useState(0);
  useCommand('find', () => setOpened(count => count + 1));
  if (opened === 0) return null;
  return <FindBar chatId={chatId} branch={branch} opened={opened} onClose={() => setOpened(0)} />;
}

function FindBar({ chatId, branch, opened, onClose }: FindProps & { opened: number; onClose: () => void }) {
  const { t } = useTranslation('finding');
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const find = useFindPlaces(chatId, branch, query);
  useFindMarks(chatId, query, find.place);
  // Opened again, it is ready for another text.
  useEffect(() => {
    if (opened === 0) return;
    input.current?.focus();
    input.current?.select();
  }, [opened]);

  const close = () => {
    onClose();
    document.querySelector<HTMLElement>('[data-composer]')?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') find.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const count =
    find.count === 0 ? t('find.none') : t('find.count', { at: find.index + 1, count: find.count });
  return (
    // Escape and Enter count in everything inside it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="search"
      aria-label={t('find.label')}
      className="absolute end-4 top-2 z-10 flex max-w-[calc(100%-2rem)] items-center gap-0.5 rounded-xl border border-line bg-raised py-1 ps-3 pe-1 text-small shadow-float"
      onKeyDown={onKeyDown}
    >
      <input
        ref={input}
        type="text"
        dir="auto"
        aria-label={t('find.text')}
        placeholder={t('find.text')}
        value={query}
        maxLength={500}
        onChange={event => setQuery(event.target.value)}
        className="min-h-8 w-52 min-w-0 bg-transparent text-body outline-none placeholder:text-faint"
      />
      <span role="status" className="shrink-0 px-1.5 text-faint tabular-nums">
        {query === '' ? '' : count}
      </span>
      <IconButton label={t('find.previous')} disabled={find.count === 0} onClick={() => find.step(-1)}>
        <ChevronUp aria-hidden size={16} />
      </IconButton>
      <IconButton label={t('find.next')} disabled={find.count === 0} onClick={() => find.step(1)}>
        <ChevronDown aria-hidden size={16} />
      </IconButton>
      <IconButton label={t('find.close')} onClick={close}>
        <X aria-hidden size={16} />
      </IconButton>
    </div>
  );
}

/** Places by number, beginning where the reader is. */
function useFindPlaces(chatId: string, branch: ThreadItem[], query: string) {
  const found = useFind(chatId, branch, query);
  const count = countPlaces(found);
  const [chosen, setChosen] = useState<{ found: typeof found; index: number; place: Place | undefined }>();
  // Another text, or a thread that has grown: the first place from here on.
  if (chosen?.found !== found) {
    const index =
      count === 0 ? 0 : firstFrom(found, orderOf(branch), chosen?.place?.messageId ?? firstOnScreen());
    setChosen({ found, index, place: placeOf(found, index) });
  }
  const step = (by: number) => {
    if (count === 0) return;
    const index = ((chosen?.index ?? 0) + by + count) % count;
    setChosen({ found, index, place: placeOf(found, index) });
  };
  return { count, index: Math.min(chosen?.index ?? 0, Math.max(0, count - 1)), place: chosen?.place, step };
}

let steps = 0;

function placeOf(found: Parameters<typeof placeAt>[0], index: number): Place | undefined {
  const place = placeAt(found, index);
  steps += 1;
  return place && { ...place, step: steps };
}

function orderOf(branch: readonly ThreadItem[]): string[] {
  return branch.map(({ message }) => message.id);
}

function firstOnScreen(): string | undefined {
  const scroller = document.querySelector('[data-thread-scroll]');
  const top = scroller?.getBoundingClientRect().top ?? 0;
  const messages = [...(scroller?.querySelectorAll<HTMLElement>('[data-message]') ?? [])];
  return messages.find(element => element.getBoundingClientRect().bottom > top)?.dataset['message'];
}
