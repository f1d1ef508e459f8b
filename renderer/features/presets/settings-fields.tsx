import { useId } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import { reasoningEfforts } from '../../../electron/contract/request.ts';
import { classNames } from '../../ui/class-names.ts';
import { SelectField } from '../../ui/field.tsx';
import type { FormProblems, SettingsForm } from './settings-form.ts';

type SettingsFieldsProps = {
  form: SettingsForm;
  problems: FormProblems;
  /** Decides what is offered; without one everything is. */
  model: Model | undefined;
  onChange: (form: SettingsForm) => void;
};

/** Instructions and how answers are made, as far as the model takes part. */
export function SettingsFields({ form, problems, model, onChange }: SettingsFieldsProps) {
  const { t } = useTranslation('presets');
  const problemText = (field: keyof SettingsForm): string | undefined => {
    const problem = problems[field];
    return problem && t(`problems.${problem}`, { max: model?.max_output_tokens });
  };
  const bind = (field: keyof SettingsForm) => ({
    value: form[field],
    problem: problemText(field),
    onValue: (value: string) => onChange({ ...form, [field]: value }),
  });
  const most = model?.max_output_tokens;
  return (
    <>
      <Field
        label={t('instructions')}
        hint={t('instructions_hint')}
        rows={5}
        dir="auto"
        {...bind('instructions')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('temperature')}
          hint={model?.reasoning ? t('temperature_reasoning') : t('temperature_hint')}
          inputMode="decimal"
          {...bind('temperature')}
        />
        <Field
          label={t('max_tokens')}
          hint={most === undefined ? t('as_the_model') : t('max_tokens_hint', { max: most })}
          inputMode="numeric"
          {...bind('max_tokens')}
        />
      </div>
      {model?.reasoning === false ? (
        form.reasoning_effort !== '' && (
          <p className="text-small text-faint">{t('effort_not_sent', { name: model.name })}</p>
        )
      ) : (
        <SelectField
          label={t('effort')}
          hint={
            model && model.reasoning === undefined ? t('effort_unknown', { name: model.name }) : undefined
          }
          value={form.reasoning_effort}
          onChange={event => onChange({ ...form, reasoning_effort: event.target.value })}
        >
          <option value="">{t('as_the_model')}</option>
          {reasoningEfforts.map(effort => (
            <option key={effort} value={effort}>
              {t(`efforts.${effort}`)}
            </option>
          ))}
        </SelectField>
      )}
      <details
        className="group"
        open={problems.stop !== undefined || problems.extra !== undefined || undefined}
      >
        <summary className="w-fit rounded-base py-1 text-small font-medium text-soft hover:text-ink">
          {t('more')}
        </summary>
        <div className="mt-3 flex flex-col gap-4">
          <Field label={t('stop')} hint={t('stop_hint')} rows={2} mono {...bind('stop')} />
          <Field label={t('extra')} hint={t('extra_hint')} rows={3} mono {...bind('extra')} />
        </div>
      </details>
    </>
  );
}

type FieldProps = Pick<ComponentProps<'input'>, 'dir' | 'inputMode'> & {
  label: string;
  hint: ReactNode;
  value: string;
  problem: string | undefined;
  onValue: (value: string) => void;
  /** With it the field has several lines. */
  rows?: number;
  mono?: boolean;
};

/** A field whose problem stands below it, in place of its hint. */
export function Field({ label, hint, value, problem, onValue, rows, mono = false, ...props }: FieldProps) {
  const id = useId();
  const shared = {
    id,
    value,
    'aria-invalid': problem !== undefined,
    'aria-describedby': `${id}-hint`,
    className: classNames(
      'w-full rounded-base border bg-paper px-2.5 py-1.5 text-ink placeholder:text-faint',
      problem === undefined ? 'border-line-strong' : 'border-danger',
      mono ? 'font-mono text-small' : 'text-body',
    ),
    ...props,
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-small font-medium">
        {label}
      </label>
      {rows === undefined ? (
        <input {...shared} onChange={event => onValue(event.target.value)} />
      ) : (
        <textarea {...shared} rows={rows} onChange={event => onValue(event.target.value)} />
      )}
      <p
        id={`${id}-hint`}
        role={problem === undefined ? undefined : 'alert'}
        className={classNames('text-small', problem === undefined ? 'text-faint' : 'text-danger')}
      >
        {problem ?? hint}
      </p>
    </div>
  );
}
