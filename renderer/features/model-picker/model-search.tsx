import { useVirtualizer } from '@tanstack/react-virtual';
import { Search } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { useBackends } from '../providers/use-providers.ts';
import { errorLine } from '../../ui/error-words.ts';
import { useMarkedModels } from './marked-models.ts';
import type { ModelList } from './model-groups.ts';
import { ModelOption } from './model-option.tsx';
import { modelRows, nextModelRow } from './model-rows.ts';
import type { ModelRow } from './model-rows.ts';

/** Rows jumped over by the page keys. */
const pageRows = 8;

type ModelSearchProps = {
  list: ModelList | undefined;
  chosen: string | undefined;
  onChoose: (id: string) => void;
  onClose: () => void;
};

/** The models to choose from, with a field to search them; the focus stays in the field. */
export function ModelSearch({ list, chosen, onChoose, onClose }: ModelSearchProps) {
  const { t } = useTranslation('models');
  const [query, setQuery] = useState('');
  // At once, not deferred: Enter right after the last letter must find what was typed.
  const rows = useRows(list, query);
  const [moved, setMoved] = useState<number | null>(null);
  const marked = useMarkedModels();
  const listId = useId();

  const start =
    query === '' ? rows.findLastIndex(row => row.type === 'model' && row.model.id === chosen) : -1;
  const active = rows[moved ?? start]?.type === 'model' ? (moved ?? start) : nextModelRow(rows, -1, 1);
  const activeRow = rows[active];
  const choose = (row: ModelRow | undefined) => {
    if (row?.type !== 'model' || isBlocked(row)) return;
    marked.use(row.model.id);
    onChoose(row.model.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const move = moveOf(event.key, rows, active);
    if (move !== null) setMoved(move);
    else if (event.key === 'Enter') choose(activeRow);
    else if (
      event.key.toLowerCase() === 'd' &&
      (event.ctrlKey || event.metaKey) &&
      activeRow?.type === 'model'
    )
      marked.toggleFavourite(activeRow.model.id);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Search aria-hidden size={15} className="shrink-0 text-faint" />
        <input
          // The popup opens to be typed into.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          role="combobox"
          aria-label={t('filter')}
          aria-expanded={rows.length > 0}
          aria-controls={listId}
          aria-activedescendant={activeRow ? `${listId}-${String(active)}` : undefined}
          aria-autocomplete="list"
          placeholder={t('filter_placeholder')}
          value={query}
          onChange={event => {
            setQuery(event.target.value);
            setMoved(null);
          }}
          onKeyDown={onKeyDown}
          className="min-h-10 w-full bg-transparent text-body outline-none placeholder:text-faint"
        />
      </div>
      {rows.length === 0 && (
        <p className="px-4 py-3 text-faint">{list?.models.length ? t('no_match') : t('none_yet')}</p>
      )}
      <Rows
        listId={listId}
        rows={rows}
        active={active}
        chosen={chosen}
        onActive={setMoved}
        onChoose={choose}
      />
      <p role="status" className="sr-only">
        {t('count', { count: rows.filter(({ type }) => type === 'model').length })}
      </p>
      <Foot row={activeRow} problems={list?.problems ?? []} onLeave={onClose} />
    </>
  );
}

function useRows(list: ModelList | undefined, query: string): ModelRow[] {
  const { t } = useTranslation('models');
  const { data: backends } = useBackends();
  const { favourites, recent } = useMarkedModels();
  return useMemo(
    () =>
      modelRows({
        models: list?.models ?? [],
        backends: backends ?? [],
        marked: { favourites, recent },
        query,
        labels: {
          aliases: t('aliases'),
          favourites: t('favourites'),
          recent: t('recent'),
          matches: t('matches'),
        },
      }),
    [list, backends, favourites, recent, query, t],
  );
}

/** One whose backend merely rests may still be asked: it may be back by then. */
function isBlocked(row: Extract<ModelRow, { type: 'model' }>): boolean {
  return row.unusable !== null && row.unusable.reason !== null;
}

function moveOf(key: string, rows: readonly ModelRow[], active: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return nextModelRow(rows, active, 1);
    case 'ArrowUp':
      return nextModelRow(rows, active, -1);
    case 'PageDown':
      return nextModelRow(rows, Math.min(active + pageRows, rows.length), -1);
    case 'PageUp':
      return nextModelRow(rows, Math.max(active - pageRows, -1), 1);
    default:
      return null;
  }
}

type RowsProps = {
  listId: string;
  rows: ModelRow[];
  active: number;
  chosen: string | undefined;
  onActive: (index: number) => void;
  onChoose: (row: ModelRow) => void;
};

/** Only the rows in sight exist: gateways of gateways have a thousand models. */
function Rows({ listId, rows, active, chosen, onActive, onChoose }: RowsProps) {
  const { t } = useTranslation('models');
  const scroller = useRef<HTMLDivElement>(null);
  // The compiler leaves this component alone for it, which is right: what it returns changes with scrolling.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    getItemKey: index => rows[index]?.key ?? index,
    overscan: 8,
    initialRect: { width: 544, height: 380 },
  });
  const shown = useRef(-1);
  if (shown.current !== active) {
    shown.current = active;
    // After the paint: the list may only now have as many rows.
    requestAnimationFrame(() => active >= 0 && virtualizer.scrollToIndex(Math.max(0, active)));
  }
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain py-1 empty:hidden">
      <div
        id={listId}
        role="listbox"
        aria-label={t('choose')}
        style={{ height: virtualizer.getTotalSize() }}
        className="relative"
      >
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              role="presentation"
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${String(start)}px)` }}
            >
              {row.type === 'label' ? (
                <p className="px-4 pt-2 pb-1 font-medium text-faint">
                  <bdi>{row.label}</bdi>
                </p>
              ) : (
                <ModelOption
                  id={`${listId}-${String(index)}`}
                  row={row}
                  isActive={index === active}
                  isChosen={row.model.id === chosen}
                  isBlocked={isBlocked(row)}
                  onActive={() => onActive(index)}
                  onChoose={() => onChoose(row)}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

type FootProps = {
  row: ModelRow | undefined;
  problems: ModelList['problems'];
  onLeave: () => void;
};

/** Why the model one stands on cannot be asked, and why backends have none: each with the way to mend it. */
function Foot({ row, problems, onLeave }: FootProps) {
  const { t } = useTranslation('models');
  const asked = row?.type === 'model' ? row : null;
  const unusable = asked?.unusable?.reason;
  if (!unusable && problems.length === 0) return null;
  return (
    <div className="max-h-36 shrink-0 overflow-y-auto border-t border-line px-4 py-2.5 text-faint">
      {asked && unusable && (
        <p role="status" className="mb-1.5 wrap-anywhere text-soft">
          {t('unusable', { backend: asked.model.backend, reason: errorLine(unusable) })}
        </p>
      )}
      <ul className="flex flex-col gap-1.5">
        {problems.map(({ backend, error }) => (
          <li key={backend} className="wrap-anywhere">
            <Trans
              t={t}
              i18nKey="no_models"
              values={{ backend, reason: errorLine(error) }}
              components={[<span key="name" className="font-medium text-soft" />]}
            />
          </li>
        ))}
      </ul>
      <Link
        href="/providers"
        onClick={onLeave}
        className="mt-2 inline-block font-medium text-accent underline underline-offset-2"
      >
        {t('open_providers')}
      </Link>
    </div>
  );
}
