import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImportedChat } from '../../../electron/contract/transfer.ts';
import { classNames } from '../../ui/class-names.ts';

type ImportListProps = {
  chats: ImportedChat[];
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
};

const rowHeight = 36;

/** The chats of a file, to choose from; only the rows on screen are in the page, there may be thousands. */
export function ImportList({ chats, chosen, onToggle }: ImportListProps) {
  const { t } = useTranslation('transfer');
  const scrollRef = useRef<HTMLDivElement>(null);
  // What it returns changes with scrolling, so the compiler leaves this component alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: chats.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  return (
    <div
      ref={scrollRef}
      className="min-h-0 shrink-0 overflow-y-auto border-y border-line"
      style={{ height: Math.min(chats.length, 8) * rowHeight + 2 }}
    >
      <ul aria-label={t('import.list')} className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const chat = chats[index];
          if (!chat) return null;
          return (
            <li
              key={chat.id}
              aria-setsize={chats.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              <ImportRow chat={chat} isChosen={chosen.has(chat.id)} onToggle={() => onToggle(chat.id)} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

type ImportRowProps = { chat: ImportedChat; isChosen: boolean; onToggle: () => void };

function ImportRow({ chat, isChosen, onToggle }: ImportRowProps) {
  const { t, i18n } = useTranslation('transfer');
  const isKnown = chat.state === 'known';
  const day = new Date(chat.updated_at).toLocaleDateString(i18n.language, { dateStyle: 'medium' });
  const state =
    chat.state === 'more'
      ? t('import.state.more', { count: chat.new_messages })
      : t(`import.state.${chat.state}`);
  return (
    <label
      className={classNames(
        'flex h-full items-center gap-2.5 text-small',
        isKnown ? 'text-faint' : 'cursor-pointer hover:bg-hover',
      )}
    >
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={isChosen}
        disabled={isKnown}
        onChange={onToggle}
      />
      <span dir="auto" className="min-w-0 flex-1 truncate text-start">
        {chat.title || t('import.untitled')}
      </span>
      <span className="shrink-0 text-faint">{state}</span>
      <span className="hidden w-28 shrink-0 text-end text-faint tabular-nums sm:inline">{day}</span>
    </label>
  );
}
