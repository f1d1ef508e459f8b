import { useVirtualizer } from '@tanstack/react-virtual';
import { Eye, EyeOff, Star } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { useMarkedModels } from '../model-picker/marked-models.ts';
import { AbilityMarks, ContextAndPrice } from '../model-picker/model-facts.tsx';
import { reportError } from '../../ui/report-error.ts';
import { useHideModel } from './use-models-page.ts';

const rowHeight = 48;

/** A list that draws only the rows in sight: some backends have thousands of models. */
export function ModelTable({ models }: { models: Model[] }) {
  const { t } = useTranslation('models_page');
  const scroller = useRef<HTMLDivElement>(null);
  // Its functions change with every scroll, which is what is wanted here.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: models.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    getItemKey: index => models[index]?.id ?? index,
  });
  return (
    <div
      ref={scroller}
      // A list that scrolls has to do so with the keyboard, too.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={t('models')}
      className="max-h-[60vh] overflow-y-auto border-y border-line"
    >
      <ul aria-label={t('models')} className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const model = models[index];
          return (
            model && (
              <li
                key={key}
                aria-label={model.id}
                aria-setsize={models.length}
                aria-posinset={index + 1}
                className="absolute inset-x-0 flex items-center gap-3 border-b border-line px-1"
                style={{ height: rowHeight, transform: `translateY(${start}px)` }}
              >
                <ModelRow model={model} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function ModelRow({ model }: { model: Model }) {
  const { t } = useTranslation('models_page');
  const { favourites, toggleFavourite } = useMarkedModels();
  const hide = useHideModel();
  const { id, name } = model;
  const isFavourite = favourites.includes(id);
  const isHidden = model.hidden === true;
  return (
    <>
      <IconButton
        label={t(isFavourite ? 'unfavour' : 'favour', { id })}
        aria-pressed={isFavourite}
        onClick={() => toggleFavourite(id)}
      >
        <Star aria-hidden size={16} className={isFavourite ? 'fill-current text-accent' : ''} />
      </IconButton>
      <div className={classNames('min-w-0 flex-1', isHidden && 'text-faint')}>
        <p className="truncate" dir="auto" title={name}>
          {name}
        </p>
        <p className="truncate font-mono text-small text-faint" title={id}>
          {id}
        </p>
      </div>
      <span className="flex shrink-0 items-center gap-2 text-small text-faint tabular-nums">
        <AbilityMarks model={model} />
        <ContextAndPrice model={model} />
      </span>
      <IconButton
        label={t(isHidden ? 'unhide' : 'hide', { id })}
        aria-pressed={isHidden}
        disabled={hide.isPending}
        onClick={() => hide.mutate({ id, hidden: !isHidden }, { onError: reportError })}
      >
        {isHidden ? <EyeOff aria-hidden size={16} /> : <Eye aria-hidden size={16} />}
      </IconButton>
    </>
  );
}
