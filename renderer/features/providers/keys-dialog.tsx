import { useTranslation } from 'react-i18next';

import type { BackendStatus } from '../../../electron/contract/backends.ts';
import type { BackendKeys, KeySlot } from '../../../electron/contract/provider-calls.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { AddKeyForm } from './add-key-form.tsx';
import { KeySlotRow } from './key-slot-row.tsx';
import { KeychainHelp } from './keychain-advice.tsx';
import { TypedKeyTest } from './typed-key-test.tsx';
import { useBackendKeys } from './use-providers.ts';

/** The three places a key may come from, what each holds, and which one wins. */
export function KeysDialog({ backend, onClose }: { backend: BackendStatus; onClose: () => void }) {
  const { t } = useTranslation('providers');
  const keys = useBackendKeys(backend.name);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('keys.title', { name: backend.name })}
      actions={<Button onClick={onClose}>{t('close')}</Button>}
    >
      <p className="text-soft">{t('keys.lead')}</p>
      <ErrorNote error={keys.error} />
      {keys.isPending && <LoadingNote />}
      {keys.data && <Tiers name={backend.name} keys={keys.data} />}
    </Dialog>
  );
}

function Tiers({ name, keys }: { name: string; keys: BackendKeys }) {
  const { t } = useTranslation('providers');
  const of = (tier: KeySlot['tier']) => keys.slots.filter(slot => slot.tier === tier);
  const isLocked = keys.slots.some(({ state }) => state === 'unavailable');
  return (
    <>
      <ol className="grid gap-x-6 gap-y-5 md:grid-cols-3">
        <li>
          <TierTitle number={1} title={t('keys.tiers.call')} hint={t('keys.tiers.call_hint')} />
          <TypedKeyTest name={name} />
        </li>
        <li>
          <TierTitle number={2} title={t('keys.tiers.settings')} hint={t('keys.tiers.settings_hint')} />
          <Slots name={name} slots={of('settings')} count={keys.count} />
        </li>
        <li>
          <TierTitle number={3} title={t('keys.tiers.script')} hint={t('keys.tiers.script_hint')} />
          <Slots name={name} slots={of('script')} count={keys.count} />
        </li>
      </ol>
      {!keys.needs_key && <p className="text-small text-soft">{t('keys.works_without')}</p>}
      {isLocked && <KeychainHelp />}
      <AddKeyForm name={name} isFirst={keys.count === 0} />
    </>
  );
}

function TierTitle({ number, title, hint }: { number: number; title: string; hint: string }) {
  return (
    <>
      <h3 className="text-small font-semibold">
        {number}. {title}
      </h3>
      <p className="mb-2 text-small text-faint">{hint}</p>
    </>
  );
}

function Slots({ name, slots, count }: { name: string; slots: KeySlot[]; count: number }) {
  const { t } = useTranslation('providers');
  if (slots.length === 0) return <p className="text-small text-soft">{t('keys.says_nothing')}</p>;
  return (
    <ul className="flex flex-col gap-3">
      {slots.map(slot => (
        <KeySlotRow key={`${slot.tier} ${slot.number ?? 0}`} name={name} slot={slot} count={count} />
      ))}
    </ul>
  );
}
