import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatBytes } from '../../ui/format.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { RestartButton } from '../desktop/restart-button.tsx';
import { usePrivacy } from './use-privacy.ts';

/** What is stored, where, and how much of it. */
export function StoredPlaces() {
  const { t } = useTranslation('settings');
  const { stored } = usePrivacy();
  if (!stored.data) return stored.isPending ? <LoadingNote /> : <ErrorNote error={stored.error} />;
  const { places, keep_bodies: keepsBodies, keep_days: days } = stored.data;
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('privacy.lead')}</p>
      <table className="w-full text-small">
        <thead className="text-start text-faint">
          <tr>
            <th className="py-1.5 pe-4 text-start font-medium">{t('privacy.what_head')}</th>
            <th className="py-1.5 pe-4 text-start font-medium">{t('privacy.place')}</th>
            <th className="py-1.5 text-end font-medium">{t('privacy.size')}</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line">
          {places.map(({ what, path, bytes }) => (
            <tr key={what}>
              <th className="py-1.5 pe-4 text-start font-normal">{t(`privacy.what.${what}`)}</th>
              <td dir="ltr" className="py-1.5 pe-4 text-start font-mono wrap-anywhere text-soft">
                {path}
              </td>
              <td className="py-1.5 text-end whitespace-nowrap tabular-nums">
                {bytes === 0 ? t('privacy.nothing') : formatBytes(bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 max-w-prose text-small text-faint">
        {t('privacy.keys')} {keepsBodies ? t('privacy.bodies_on', { count: days }) : t('privacy.bodies_off')}
      </p>
    </>
  );
}

export function EraseAll() {
  const { t } = useTranslation('settings');
  const { stored, erase } = usePrivacy();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('privacy.erase_lead')}</p>
      {stored.data?.erase_next === true ? (
        <p role="status" className="flex flex-wrap items-center gap-3 text-danger">
          {t('privacy.erase_next')}
          <RestartButton />
          <Button onClick={() => erase.mutate(false)}>{t('privacy.erase_undo')}</Button>
        </p>
      ) : (
        <Button variant="danger" onClick={() => setAsking(true)}>
          {t('privacy.erase')}
        </Button>
      )}
      <ErrorNote error={erase.error} />
      {isAsking && (
        <EraseDialog
          onClose={() => setAsking(false)}
          onErase={() => {
            erase.mutate(true);
            setAsking(false);
          }}
        />
      )}
    </>
  );
}

function EraseDialog({ onClose, onErase }: { onClose: () => void; onErase: () => void }) {
  const { t } = useTranslation('settings');
  const [typed, setTyped] = useState('');
  const word = t('privacy.erase_word');
  return (
    <Dialog
      open
      alert
      title={t('privacy.erase_title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('privacy.cancel')}</Button>
          <Button
            variant="danger"
            disabled={typed.trim().toLowerCase() !== word.toLowerCase()}
            onClick={onErase}
          >
            {t('privacy.erase_confirm')}
          </Button>
        </>
      }
    >
      <p className="max-w-prose">{t('privacy.erase_lead')}</p>
      <TextField
        label={t('privacy.erase_type', { word })}
        autoComplete="off"
        value={typed}
        onChange={event => setTyped(event.target.value)}
      />
    </Dialog>
  );
}
