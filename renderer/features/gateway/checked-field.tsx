import { useId } from 'react';
import type { ComponentProps } from 'react';

import { classNames } from '../../ui/class-names.ts';

type CheckedFieldProps = Pick<
  ComponentProps<'input'>,
  'dir' | 'inputMode' | 'type' | 'placeholder' | 'maxLength'
> & {
  label: string;
  hint?: string | undefined;
  value: string;
  problem?: string | undefined;
  onValue: (value: string) => void;
  /** With it the field has several lines. */
  rows?: number;
};

/** A field whose problem stands below it, in place of its hint. */
export function CheckedField({
  label,
  hint,
  value,
  problem,
  onValue,
  rows,
  type,
  ...props
}: CheckedFieldProps) {
  const id = useId();
  const below = problem ?? hint;
  const shared = {
    id,
    value,
    'aria-invalid': problem !== undefined,
    'aria-describedby': below === undefined ? undefined : `${id}-hint`,
    className: classNames(
      'min-h-9 w-full rounded-base border bg-paper px-2.5 py-1.5 text-ink placeholder:text-faint',
      problem === undefined ? 'border-line-strong' : 'border-danger',
      rows === undefined ? 'text-body' : 'font-mono text-small',
    ),
    ...props,
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-small font-medium">
        {label}
      </label>
      {rows === undefined ? (
        <input {...shared} type={type} onChange={event => onValue(event.target.value)} />
      ) : (
        <textarea {...shared} rows={rows} onChange={event => onValue(event.target.value)} />
      )}
      {below !== undefined && (
        <p
          id={`${id}-hint`}
          role={problem === undefined ? undefined : 'alert'}
          className={classNames('text-small', problem === undefined ? 'text-faint' : 'text-danger')}
        >
          {below}
        </p>
      )}
    </div>
  );
}
