import { useTranslation } from 'react-i18next';

import { budgetPeriods, budgetUnits } from '../../../electron/contract/keys.ts';
import { SelectField } from '../../ui/field.tsx';
import { CheckedField } from './checked-field.tsx';
import type { KeyForm, KeyFormProblems } from './key-form.ts';

type KeyLimitsFieldsProps = {
  form: KeyForm;
  problems: KeyFormProblems;
  onChange: (form: KeyForm) => void;
};

/** What a key may do; an empty field is no limit. */
export function KeyLimitsFields({ form, problems, onChange }: KeyLimitsFieldsProps) {
  const { t } = useTranslation('gateway');
  const bind = (name: 'models' | 'rpm' | 'amount' | 'expires') => {
    const problem = problems[name];
    return {
      value: form[name],
      problem: problem && t(`keys.problem_${problem}`),
      onValue: (value: string) => onChange({ ...form, [name]: value }),
    };
  };
  return (
    <>
      <CheckedField
        label={t('keys.models')}
        hint={t('keys.models_hint')}
        rows={2}
        dir="ltr"
        {...bind('models')}
      />
      <div className="grid gap-4 sm:grid-cols-3">
        <CheckedField
          label={t('keys.amount')}
          hint={t('keys.amount_hint')}
          inputMode="decimal"
          {...bind('amount')}
        />
        <SelectField
          label={t('keys.unit')}
          value={form.unit}
          onChange={event => onChange({ ...form, unit: pick(budgetUnits, event.target.value) })}
        >
          {budgetUnits.map(unit => (
            <option key={unit} value={unit}>
              {t(`keys.units.${unit}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('keys.period')}
          value={form.period}
          onChange={event => onChange({ ...form, period: pick(budgetPeriods, event.target.value) })}
        >
          {budgetPeriods.map(period => (
            <option key={period} value={period}>
              {t(`keys.periods.${period}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <CheckedField label={t('keys.rpm')} hint={t('keys.rpm_hint')} inputMode="numeric" {...bind('rpm')} />
        <CheckedField
          label={t('keys.expires')}
          hint={t('keys.expires_hint')}
          type="date"
          {...bind('expires')}
        />
      </div>
    </>
  );
}

/** The entry a select has chosen; its options are these entries. */
function pick<const T extends readonly string[]>(entries: T, value: string): T[number] {
  return entries.find(entry => entry === value) ?? entries[0] ?? value;
}
