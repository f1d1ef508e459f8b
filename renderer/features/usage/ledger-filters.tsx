import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { callStatuses } from '../../../electron/contract/calls.ts';
import type { CallStatus } from '../../../electron/contract/calls.ts';
import type { LedgerFilter } from '../../../electron/contract/usage-calls.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { useLedgerNames } from './use-usage.ts';

type LedgerFiltersProps = { filter: LedgerFilter; onChange: (filter: LedgerFilter) => void };

const choices = ['status', 'backend', 'model', 'client'] as const;
/** Until somebody has stopped typing, in milliseconds. */
const typingMs = 250;

export function LedgerFilters({ filter, onChange }: LedgerFiltersProps) {
  const { t } = useTranslation('usage');
  const { t: word } = useTranslation('inspector');
  const names = useLedgerNames();
  const options = {
    status: [...callStatuses],
    backend: names.data?.backends ?? [],
    model: names.data?.models ?? [],
    client: names.data?.clients ?? [],
  };
  const set = (name: string, value: string): void => {
    const others = Object.fromEntries(Object.entries(filter).filter(([key]) => key !== name));
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  return (
    <div
      className="mb-3 grid grid-cols-[repeat(auto-fit,minmax(7.5rem,1fr))] items-end gap-3"
      role="search"
      aria-label={t('filter_label')}
    >
      <SearchField value={filter.search ?? ''} onSearch={value => set('search', value)} />
      {choices.map(name => (
        <SelectField
          key={name}
          label={t(`column.${name}`)}
          value={filter[name] ?? ''}
          onChange={event => set(name, event.target.value)}
        >
          <option value="">{t('all')}</option>
          {withChosen(options[name], filter[name]).map(value => (
            <option key={value} value={value}>
              {name === 'status' && isStatus(value) ? word(`status.${value}`) : value}
            </option>
          ))}
        </SelectField>
      ))}
      {Object.keys(filter).length > 0 && (
        <Button variant="quiet" className="min-h-9 justify-self-start" onClick={() => onChange({})}>
          {t('clear')}
        </Button>
      )}
    </div>
  );
}

function SearchField({ value, onSearch }: { value: string; onSearch: (value: string) => void }) {
  const { t } = useTranslation('usage');
  const [typed, setTyped] = useState(value);
  const [before, setBefore] = useState(value);
  if (value !== before) {
    setBefore(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onSearch(typed), typingMs);
    return () => clearTimeout(timer);
  });
  return (
    <TextField
      type="search"
      label={t('search')}
      placeholder={t('search_hint')}
      value={typed}
      maxLength={200}
      onChange={event => setTyped(event.target.value)}
    />
  );
}

function withChosen(values: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || values.includes(chosen) ? values : [chosen, ...values];
}

function isStatus(value: string): value is CallStatus {
  return callStatuses.some(status => status === value);
}
