import { Popover } from '@base-ui/react/popover';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import type { ModelList } from './model-groups.ts';
import { ModelSearch } from './model-search.tsx';

type ModelPickerProps = {
  list: ModelList | undefined;
  model: Model | undefined;
  onChoose: (id: string) => void;
};

/** Choice among the models of all backends: type to filter, arrows and Enter to choose. */
export function ModelPicker({ list, model, onChoose }: ModelPickerProps) {
  const { t } = useTranslation('models');
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        // Its text is its value, not its name. The states of a combobox it gets from Base UI.
        // oxlint-disable-next-line jsx-a11y/role-has-required-aria-props
        role="combobox"
        aria-label={t('model')}
        title={model?.id}
        data-model-picker
        className="flex min-h-8 max-w-[60%] min-w-0 items-center gap-1.5 rounded-xl px-2.5 text-small text-soft transition-colors hover:bg-hover hover:text-ink data-popup-open:bg-hover"
      >
        <bdi className="truncate font-medium">{model ? model.name : t('choose')}</bdi>
        <ChevronDown aria-hidden size={14} className="shrink-0" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="start" sideOffset={8} className="z-10 outline-none">
          <Popover.Popup
            aria-label={t('choose')}
            className="flex max-h-[min(28rem,var(--available-height))] w-[34rem] max-w-(--available-width) flex-col overflow-hidden rounded-xl border border-line bg-raised text-small shadow-float outline-none"
          >
            <ModelSearch
              list={list}
              chosen={model?.id}
              onClose={() => setOpen(false)}
              onChoose={id => {
                setOpen(false);
                onChoose(id);
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
