import { useMemo, useState } from 'react';

import { readStored, writeStored } from '../../ui/stored.ts';
import { useToday } from '../chats/use-today.ts';
import { dayOf, periodOf, presets } from './period.ts';
import type { Period, Preset } from './period.ts';

export type PeriodChoice = {
  preset: Preset;
  period: Period;
  choose: (preset: Preset) => void;
  /** Days of one's own. */
  setCustom: (period: Period) => void;
};

const storageKey = 'parley.usage-period';

/** The chosen period, kept on this machine; at midnight it moves on. */
export function usePeriod(): PeriodChoice {
  const today = dayOf(useToday());
  const [preset, setPreset] = useState<Preset>(
    () => presets.find(name => name === readStored(storageKey) && name !== 'custom') ?? 'days30',
  );
  const [custom, setCustom] = useState<Period | null>(null);
  const period = useMemo(
    () => (preset === 'custom' ? (custom ?? periodOf('days30', today)) : periodOf(preset, today)),
    [preset, custom, today],
  );
  return {
    preset,
    period,
    choose(next) {
      if (next === 'custom') setCustom(period);
      else writeStored(storageKey, next);
      setPreset(next);
    },
    setCustom,
  };
}
