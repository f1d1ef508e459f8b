import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { InspectedCall } from '../../../electron/contract/inspector.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatDuration, formatMoment } from '../../ui/format.ts';
import { StatusWord } from './status-word.tsx';

const rowHeight = 62;

type CallListProps = { calls: readonly InspectedCall[]; openId: string | null; onOpen: (id: string) => void };

/** The last calls, newest on top: arrows, Home and End go from one to the next. */
export function CallList({ calls, openId, onOpen }: CallListProps) {
  const { t } = useTranslation('inspector');
  const scrollRef = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const openIndex = calls.findIndex(({ id }) => id === openId);
  const virtual = useVirtualizer({
    count: calls.length,
    getScrollElement: () => scrollRef.current,
    getItemKey: index => calls[index]?.id ?? index,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  useEffect(() => {
    // Only when another call is opened: new ones on top must not move what is being read.
    if (openIndex >= 0) virtual.scrollToIndex(openIndex);
    // oxlint-disable-next-line react/exhaustive-deps
  }, [openId, virtual]);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, openIndex, calls.length);
    const call = next === undefined ? undefined : calls[next];
    if (!call) return;
    event.preventDefault();
    onOpen(call.id);
  };
  return (
    <div
      ref={scrollRef}
      role="listbox"
      aria-label={t('calls')}
      aria-activedescendant={openIndex >= 0 ? `${baseId}-${openId}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="min-h-0 flex-1 overflow-y-auto rounded-base"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const call = calls[index];
          if (!call) return null;
          return (
            // The list has the keyboard for its options.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={key}
              id={`${baseId}-${call.id}`}
              role="option"
              aria-selected={call.id === openId}
              aria-setsize={calls.length}
              aria-posinset={index + 1}
              onClick={() => onOpen(call.id)}
              className={classNames(
                'absolute inset-x-0 cursor-pointer rounded-base px-3 py-2 text-small',
                call.id === openId ? 'bg-active' : 'hover:bg-hover',
              )}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              <Row call={call} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ call }: { call: InspectedCall }) {
  const { t } = useTranslation('inspector');
  return (
    <>
      <span className="flex justify-between gap-2">
        <span className="min-w-0 truncate font-medium">{call.model_asked || call.path}</span>
        <span className="shrink-0">
          <StatusWord status={call.status} />
        </span>
      </span>
      <span className="mt-0.5 flex justify-between gap-2 text-soft">
        <bdi className="min-w-0 truncate">
          {call.client}
          {call.backend !== '' && ` → ${call.backend}`}
          {call.is_count && ` · ${t('is_count')}`}
        </bdi>
        <span className="shrink-0 tabular-nums">
          {formatMoment(call.started_at)} · {formatDuration(call.duration_ms)}
        </span>
      </span>
    </>
  );
}

function nextIndex(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, index + 1);
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
