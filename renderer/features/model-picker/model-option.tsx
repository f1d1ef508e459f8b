import { Check, Star } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { classNames } from '../../ui/class-names.ts';
import { useMarkedModels } from './marked-models.ts';
import { AbilityMarks, ContextAndPrice } from './model-facts.tsx';
import { modelLabel } from './model-groups.ts';
import type { ModelRow } from './model-rows.ts';

type ModelOptionProps = {
  id: string;
  row: Extract<ModelRow, { type: 'model' }>;
  isActive: boolean;
  isChosen: boolean;
  isBlocked: boolean;
  onActive: () => void;
  onChoose: () => void;
};

/** One model: its name, what it can do, and what it costs. */
export function ModelOption({
  id,
  row,
  isActive,
  isChosen,
  isBlocked,
  onActive,
  onChoose,
}: ModelOptionProps) {
  const { t } = useTranslation('models');
  const { model, isAlias, unusable } = row;
  const { favourites, toggleFavourite } = useMarkedModels();
  const isFavourite = favourites.includes(model.id);
  // The colour of the row one stands on takes some of the contrast away.
  const quiet = isActive ? 'text-soft' : 'text-faint';
  return (
    // The field of the list has the focus and takes the keys, as the combobox pattern wants it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-disabled={isBlocked}
      // The field keeps the focus.
      onMouseDown={event => event.preventDefault()}
      onMouseMove={isActive ? undefined : onActive}
      onClick={onChoose}
      title={model.id}
      className={classNames(
        'group/option flex min-h-8.5 cursor-pointer items-center gap-2 py-1 ps-4 pe-2 select-none',
        isActive && 'bg-hover',
      )}
    >
      <span className="flex min-w-0 flex-1 items-baseline gap-2">
        <bdi className={classNames('truncate', isBlocked && quiet)}>{model.name}</bdi>
        {isChosen && <Check aria-hidden size={14} className="shrink-0 self-center text-accent" />}
        {model.demo && <span className={classNames('truncate', quiet)}>{t('demo')}</span>}
        {isAlias && (
          <span className={classNames('truncate', quiet)}>{t('alias_of', { backend: model.backend })}</span>
        )}
        {!isAlias && <span className="sr-only">{modelLabel(model.id).backend}</span>}
        {unusable && <span className="shrink-0 text-warning">{t(unusable.why)}</span>}
      </span>
      <span className={classNames('flex shrink-0 items-center gap-1.5 tabular-nums', quiet)}>
        <AbilityMarks model={model} />
        <ContextAndPrice model={model} />
      </span>
      {/* For the pointer alone: inside an option nothing can be focused, so keys have Mod+D. */}
      <span
        aria-hidden
        title={isFavourite ? t('unfavour') : t('favour')}
        data-favourite={isFavourite}
        onClick={event => {
          event.stopPropagation();
          toggleFavourite(model.id);
        }}
        className={classNames(
          'grid size-7 shrink-0 place-items-center rounded-base hover:text-ink',
          isFavourite ? 'text-accent' : quiet,
          !isFavourite && !isActive && 'opacity-0 group-hover/option:opacity-100',
        )}
      >
        <Star aria-hidden size={14} fill={isFavourite ? 'currentColor' : 'none'} />
      </span>
    </div>
  );
}
