import { Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LedgerFilter } from '../../../electron/contract/usage-calls.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useLedgerExport } from './use-ledger-export.ts';
import { useRetention } from './use-usage.ts';

/** The filtered ledger as a file, and how long it is kept. */
export function LedgerMenu({ filter }: { filter: LedgerFilter }) {
  const { t } = useTranslation('usage');
  const exportLedger = useLedgerExport(filter);
  const [isKeeping, setKeeping] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <Button variant="quiet">
            <Download aria-hidden size={15} />
            {t('export.label')}
          </Button>
        }
      >
        <MenuItem onSelect={() => void exportLedger('csv')}>{t('export.csv')}</MenuItem>
        <MenuItem onSelect={() => void exportLedger('json')}>{t('export.json')}</MenuItem>
        <MenuItem onSelect={() => void exportLedger('parquet')}>{t('export.parquet')}</MenuItem>
      </Menu>
      <Button variant="quiet" onClick={() => setKeeping(true)}>
        <Trash2 aria-hidden size={15} />
        {t('keep.label')}
      </Button>
      {isKeeping && <RetentionDialog onClose={() => setKeeping(false)} />}
    </>
  );
}

const keepChoices = [30, 90, 180, 365, 730];

function RetentionDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('usage');
  const { days, keep, deleteAll } = useRetention();
  const [isAsking, setAsking] = useState(false);
  const choices = days === null || keepChoices.includes(days) ? keepChoices : [...keepChoices, days];
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('keep.title')}
      actions={
        <>
          {isAsking ? (
            <Button
              variant="danger"
              disabled={deleteAll.isPending}
              onClick={() => deleteAll.mutate(undefined, { onSuccess: onClose })}
            >
              {deleteAll.isPending ? t('keep.deleting') : t('keep.delete_sure')}
            </Button>
          ) : (
            <Button variant="danger" onClick={() => setAsking(true)}>
              {t('keep.delete_all')}
            </Button>
          )}
          <Button onClick={onClose}>{t('close')}</Button>
        </>
      }
    >
      <SelectField
        label={t('keep.days')}
        hint={t('keep.hint')}
        value={days === null ? '' : String(days)}
        onChange={event => keep.mutate(event.target.value === '' ? null : Number(event.target.value))}
      >
        <option value="">{t('keep.always')}</option>
        {choices.map(count => (
          <option key={count} value={count}>
            {t('keep.for', { count })}
          </option>
        ))}
      </SelectField>
      {isAsking && <p className="text-danger">{t('keep.warning')}</p>}
      <ErrorNote error={keep.error ?? deleteAll.error} />
    </Dialog>
  );
}
