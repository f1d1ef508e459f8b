import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronDown, Search } from 'lucide-react';
import { Link } from 'wouter';

import type { Model } from '../../../electron/contract/models.ts';
import { groupModels, matchesQuery } from './model-groups.ts';
import type { ModelGroup, ModelList } from './model-groups.ts';

type ModelPickerProps = {
  list: ModelList | undefined;
  model: Model | undefined;
  onChoose: (id: string) => void;
};

/** Choice among the models of all backends: type to filter, arrows and Enter to choose. */
export function ModelPicker({ list, model, onChoose }: ModelPickerProps) {
  const groups = groupModels(list?.models ?? []);
  return (
    <Combobox.Root
      items={groups}
      value={model ?? null}
      onValueChange={next => next && onChoose(next.id)}
      isItemEqualToValue={(item: Model, value: Model) => item.id === value.id}
      itemToStringLabel={(item: Model) => item.id}
      filter={(item: Model, query) => matchesQuery(item, query)}
      autoHighlight
    >
      <Combobox.Trigger
        aria-label="Model"
        aria-description={model?.id ?? 'none chosen'}
        title={model?.id}
        className="flex min-h-8 max-w-[60%] min-w-0 items-center gap-1.5 rounded-xl px-2.5 text-small text-soft transition-colors hover:bg-hover hover:text-ink data-popup-open:bg-hover"
      >
        <span className="truncate font-medium">{model ? model.name : 'Choose a model'}</span>
        <ChevronDown aria-hidden size={14} className="shrink-0" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner side="top" align="start" sideOffset={8} className="z-10 outline-none">
          <Combobox.Popup
            aria-label="Choose a model"
            className="flex max-h-[min(26rem,var(--available-height))] w-88 max-w-(--available-width) flex-col overflow-hidden rounded-xl border border-line bg-raised text-small shadow-float outline-none"
          >
            <div className="flex items-center gap-2 border-b border-line px-3">
              <Search aria-hidden size={15} className="shrink-0 text-faint" />
              <Combobox.Input
                aria-label="Filter"
                placeholder="Type to filter"
                className="min-h-10 w-full bg-transparent text-body outline-none placeholder:text-faint"
              />
            </div>
            <Combobox.Empty>
              <p className="px-4 py-3 text-faint empty:hidden">
                {groups.length === 0 ? 'No backend offers a model yet.' : 'No model matches.'}
              </p>
            </Combobox.Empty>
            <Combobox.List className="min-h-0 flex-1 scroll-py-1 overflow-y-auto overscroll-contain py-1 outline-none empty:hidden">
              {(group: ModelGroup) => <PickerGroup key={group.backend} group={group} />}
            </Combobox.List>
            <Problems problems={list?.problems ?? []} />
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

function PickerGroup({ group }: { group: ModelGroup }) {
  return (
    <Combobox.Group items={group.items} className="pb-1">
      <Combobox.GroupLabel className="px-4 pt-2 pb-1 font-medium text-faint">
        {group.backend}
      </Combobox.GroupLabel>
      <Combobox.Collection>
        {(item: Model) => (
          <Combobox.Item
            key={item.id}
            value={item}
            className="flex min-h-8 cursor-pointer items-center gap-2 px-4 py-1 outline-none select-none data-highlighted:bg-hover"
          >
            <span className="min-w-0 flex-1 wrap-anywhere">
              {item.name}
              {item.demo && <span className="ms-2 text-faint">demo, no model behind it</span>}
            </span>
            <Combobox.ItemIndicator>
              <Check aria-hidden size={15} className="text-accent" />
            </Combobox.ItemIndicator>
          </Combobox.Item>
        )}
      </Combobox.Collection>
    </Combobox.Group>
  );
}

function Problems({ problems }: { problems: ModelList['problems'] }) {
  if (problems.length === 0) return null;
  return (
    <div className="max-h-36 shrink-0 overflow-y-auto border-t border-line px-4 py-2.5 text-faint">
      <ul className="flex flex-col gap-1.5">
        {problems.map(({ backend, error }) => (
          <li key={backend} className="wrap-anywhere">
            <span className="font-medium text-soft">{backend}</span> has no models: {error.message}
          </li>
        ))}
      </ul>
      <Link
        href="/providers"
        className="mt-2 inline-block font-medium text-accent underline underline-offset-2"
      >
        Open Providers
      </Link>
    </div>
  );
}
