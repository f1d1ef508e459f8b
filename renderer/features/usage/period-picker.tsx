import { useTranslation } from 'react-i18next';

import { TextField } from '../../ui/field.tsx';
import { presets } from './period.ts';
import type { PeriodChoice } from './use-period.ts';

export function PeriodPicker({ choice }: { choice: PeriodChoice }) {
  const { t } = useTranslation('usage');
  const { preset, period, choose, setCustom } = choice;
  return (
    <div className="mb-6 flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="flex flex-wrap items-center gap-1" role="group" aria-label={t('period.label')}>
        {presets.map(name => (
          <button
            key={name}
            type="button"
            aria-pressed={name === preset}
            onClick={() => choose(name)}
            className="min-h-8 rounded-base px-3 text-small text-soft hover:bg-hover aria-pressed:bg-active aria-pressed:font-medium aria-pressed:text-ink"
          >
            {t(`period.${name}`)}
          </button>
        ))}
      </div>
      {preset === 'custom' && (
        <div className="flex flex-wrap gap-3">
          <TextField
            type="date"
            label={t('period.from')}
            value={period.from}
            max={period.to}
            onChange={event => event.target.value && setCustom(ordered(event.target.value, period.to))}
          />
          <TextField
            type="date"
            label={t('period.to')}
            value={period.to}
            min={period.from}
            onChange={event => event.target.value && setCustom(ordered(event.target.value, period.from))}
          />
        </div>
      )}
    </div>
  );
}

/** Whichever of the two was typed, the earlier one is the beginning. */
function ordered(one: string, other: string) {
  return one < other ? { from: one, to: other } : { from: other, to: one };
}
