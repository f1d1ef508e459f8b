import { Columns3 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ledgerColumns } from './ledger-columns.ts';

/** Which columns the ledger has, as far as there is room; the time stays. */
export function ColumnChoice({
  chosen,
  onChoose,
}: {
  chosen: readonly string[];
  onChoose: (ids: string[]) => void;
}) {
  const { t } = useTranslation('usage');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="quiet" onClick={() => setOpen(true)}>
        <Columns3 aria-hidden size={15} />
        {t('columns')}
      </Button>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={t('columns')}
        actions={<Button onClick={() => setOpen(false)}>{t('close')}</Button>}
      >
        <p className="text-small text-soft">{t('columns_hint')}</p>
        <fieldset className="grid grid-cols-2 gap-x-6 gap-y-1">
          <legend className="sr-only">{t('columns')}</legend>
          {ledgerColumns
            .filter(({ id }) => id !== 'time')
            .map(({ id, name }) => (
              <label key={id} className="flex min-h-8 cursor-pointer items-center gap-2">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={chosen.includes(id)}
                  onChange={event =>
                    onChoose(event.target.checked ? [...chosen, id] : chosen.filter(other => other !== id))
                  }
                />
                {t(name)}
              </label>
            ))}
        </fieldset>
      </Dialog>
    </>
  );
}
