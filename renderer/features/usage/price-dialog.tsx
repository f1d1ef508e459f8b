import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ListedPrice } from '../../../electron/contract/prices.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { CheckedField } from '../gateway/checked-field.tsx';
import { fromPriceForm, priceFields, toPriceForm } from './price-form.ts';
import type { PriceField } from './price-form.ts';
import { useSavePrice } from './use-prices.ts';

/** Corrects what a model costs, or takes a correction back. */
export function PriceDialog({ price, onClose }: { price: ListedPrice; onClose: () => void }) {
  const { t } = useTranslation('usage');
  const [form, setForm] = useState(() => toPriceForm(price));
  const [bad, setBad] = useState<PriceField[]>([]);
  const save = useSavePrice();
  const formId = useId();
  const { model } = price;
  const submit = () => {
    const read = fromPriceForm(form);
    setBad(read.bad);
    if (read.price) save.mutate({ model, price: read.price }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('prices.title', { name: model })}
      actions={
        <>
          {price.source === 'corrected' && (
            <Button
              className="me-auto"
              onClick={() => save.mutate({ model, price: null }, { onSuccess: onClose })}
            >
              {t('prices.reset')}
            </Button>
          )}
          <Button onClick={onClose}>{t('budget.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={save.isPending}>
            {t('budget.save')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={event => {
          event.preventDefault();
          submit();
        }}
      >
        {priceFields.map(field => (
          <CheckedField
            key={field}
            label={t(`prices.${field}`)}
            inputMode="decimal"
            value={form[field]}
            hint={field.startsWith('cache') ? t('prices.as_input') : undefined}
            problem={bad.includes(field) ? t('prices.bad') : undefined}
            onValue={value => setForm({ ...form, [field]: value })}
          />
        ))}
      </form>
      <p className="text-small text-faint">{t('prices.from_now')}</p>
      <ErrorNote error={save.error} />
    </Dialog>
  );
}
