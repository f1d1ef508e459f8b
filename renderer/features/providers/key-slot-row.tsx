import { useTranslation } from 'react-i18next';

import type { KeySlot } from '../../../electron/contract/provider-calls.ts';
import { Button } from '../../ui/button.tsx';
import { reportError } from '../../ui/report-error.ts';
import { errorLine } from '../../ui/error-words.ts';
import { checkSentence } from './backend-texts.ts';
import { useRemoveKey, useTestKey } from './use-providers.ts';

const colours: Record<KeySlot['state'], string> = {
  set: 'text-good',
  computed: 'text-good',
  unset: 'text-warning',
  unavailable: 'text-danger',
  refused: 'text-danger',
};

/** One key: where it lies, whether it is there, and whether calls are made with it. */
export function KeySlotRow({ name, slot, count }: { name: string; slot: KeySlot; count: number }) {
  const { t } = useTranslation('providers');
  const test = useTestKey();
  const remove = useRemoveKey();
  const { tier, number, source, state, wins, error } = slot;
  const what = t(`sources.${source}`, { name: slot.name ?? '' });
  const result = test.data ? checkSentence(test.data, t) : test.error && errorLine(test.error);
  return (
    <li aria-label={what} className="text-small">
      <p className="wrap-anywhere">
        {number !== null && <span className="text-faint">{number}. </span>}
        {what}
      </p>
      <p>
        <span className={colours[state]}>{t(`keys.states.${state}`)}</span>
        {wins && <span className="font-semibold"> · {count > 1 ? t('keys.in_turn') : t('keys.wins')}</span>}
      </p>
      {error && <p className="text-danger wrap-anywhere">{errorLine(error)}</p>}
      <div className="mt-1 flex flex-wrap gap-1.5">
        <Button
          disabled={test.isPending}
          aria-label={t('keys.test_this', { what })}
          onClick={() => test.mutate({ name, tier, ...(number === null ? {} : { number }) })}
        >
          {test.isPending ? t('testing') : t('test')}
        </Button>
        {tier === 'settings' && (
          <Button
            variant="quiet"
            disabled={remove.isPending}
            aria-label={t('keys.remove_this', { what })}
            onClick={() => remove.mutate({ name, number: number ?? 1, count }, { onError: reportError })}
          >
            {t('menu.remove')}
          </Button>
        )}
      </div>
      {result && (
        <p role="status" className={`mt-1 wrap-anywhere ${test.data?.ok ? 'text-good' : 'text-danger'}`}>
          {result}
        </p>
      )}
    </li>
  );
}
