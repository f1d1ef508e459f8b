import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ListedBudget } from '../../../electron/contract/budget-calls.ts';
import { budgetPeriods, budgetUnits } from '../../../electron/contract/keys.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { CheckedField } from '../gateway/checked-field.tsx';
import { useGatewayKeys } from '../gateway/use-gateway-keys.ts';
import { useBackends } from '../providers/use-providers.ts';
import { readAmount, scopeOf, toWish } from './budget-form.ts';
import type { BudgetForm } from './budget-form.ts';
import { useBudgetName, useSaveBudget } from './use-budgets.ts';
import { useLedgerNames } from './use-usage.ts';

type BudgetDialogProps = { edited: ListedBudget | null; onClose: () => void };

export function BudgetDialog({ edited, onClose }: BudgetDialogProps) {
  const { t } = useTranslation('usage');
  const name = useBudgetName();
  const save = useSaveBudget();
  const formId = useId();
  const [form, setForm] = useState<BudgetForm>(() => ({
    scope: edited ? scopeOf(edited) : 'all',
    amount: edited ? String(edited.amount) : '',
    unit: edited?.unit ?? 'usd',
    period: edited?.period ?? 'month',
    stop: edited?.stop ?? false,
  }));
  const [isBad, setBad] = useState(false);
  const set = (changes: Partial<BudgetForm>) => setForm({ ...form, ...changes });
  const submit = () => {
    const amount = readAmount(form.amount);
    setBad(amount === null);
    if (amount !== null) save.mutate(toWish({ ...form, amount }, edited), { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={edited ? t('budget.edit_title', { name: name(edited) }) : t('budget.add_title')}
      actions={
        <>
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
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault();
          submit();
        }}
      >
        {!edited && <ScopeField scope={form.scope} onScope={scope => set({ scope })} />}
        <div className="grid gap-4 sm:grid-cols-3">
          <CheckedField
            label={t('budget.amount')}
            inputMode="decimal"
            value={form.amount}
            problem={isBad ? t('budget.bad_amount') : undefined}
            onValue={amount => set({ amount })}
          />
          <SelectField
            label={t('budget.unit')}
            value={form.unit}
            onChange={event => set({ unit: budgetUnits.find(unit => unit === event.target.value) ?? 'usd' })}
          >
            {budgetUnits.map(unit => (
              <option key={unit} value={unit}>
                {t(`budget.units.${unit}`)}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={t('budget.period')}
            value={form.period}
            onChange={event =>
              set({ period: budgetPeriods.find(each => each === event.target.value) ?? 'month' })
            }
          >
            {budgetPeriods.map(period => (
              <option key={period} value={period}>
                {t(`budget.periods.${period}`)}
              </option>
            ))}
          </SelectField>
        </div>
        <StopField form={form} onStop={stop => set({ stop })} />
      </form>
      <ErrorNote error={save.error} />
    </Dialog>
  );
}

function StopField({ form, onStop }: { form: BudgetForm; onStop: (stop: boolean) => void }) {
  const { t } = useTranslation('usage');
  const id = useId();
  const isKey = form.scope.startsWith('key ');
  return (
    <div>
      <label className="flex min-h-8 cursor-pointer items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          aria-describedby={id}
          checked={isKey || form.stop}
          disabled={isKey}
          onChange={event => onStop(event.target.checked)}
        />
        {t('budget.stop')}
      </label>
      <p id={id} className="text-small text-faint">
        {t('budget.stop_hint')} {isKey && t('budget.stop_key')}
      </p>
    </div>
  );
}

/** All calls, a backend, a client, or a key of the gateway, whose budget is kept with it. */
function ScopeField({ scope, onScope }: { scope: string; onScope: (scope: string) => void }) {
  const { t } = useTranslation('usage');
  const backends = useBackends();
  const names = useLedgerNames();
  const keys = useGatewayKeys();
  const active = keys.data?.filter(key => key.revoked_at === null) ?? [];
  const clients = new Set(['chat', 'cli', ...(names.data?.clients ?? [])]);
  for (const { name } of active) clients.delete(name);
  const groups = {
    backend: (backends.data ?? [])
      .filter(({ demo }) => !demo)
      .map(({ name }) => ({ value: `backend ${name}`, name })),
    client: [...clients].map(name => ({ value: `client ${name}`, name })),
    key: active.map(({ id, name }) => ({ value: `key ${id}`, name })),
  };
  return (
    <SelectField label={t('budget.scope')} value={scope} onChange={event => onScope(event.target.value)}>
      <option value="all">{t('budget.all')}</option>
      {(['backend', 'client', 'key'] as const)
        .filter(group => groups[group].length > 0)
        .map(group => (
          <optgroup key={group} label={t(`budget.group.${group}`)}>
            {groups[group].map(({ value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </optgroup>
        ))}
    </SelectField>
  );
}
