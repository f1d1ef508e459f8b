import { useId } from 'react';
import type { ComponentProps, ReactNode } from 'react';

import { classNames } from './class-names.ts';

const control =
  'w-full min-h-9 rounded-base border border-line-strong bg-paper px-2.5 py-1.5 text-body text-ink placeholder:text-faint';

type LabelledProps = { label: string; hint?: ReactNode };

/** A text input with its label above and a hint below. */
export function TextField({ label, hint, className, ...props }: ComponentProps<'input'> & LabelledProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-small font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className={classNames(control, className)}
        {...props}
      />
      <FieldHint id={id} hint={hint} />
    </div>
  );
}

/** Several lines, with the label above and a hint below. */
export function TextAreaField({
  label,
  hint,
  className,
  ...props
}: ComponentProps<'textarea'> & LabelledProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-small font-medium">
        {label}
      </label>
      <textarea
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className={classNames(control, className)}
        {...props}
      />
      <FieldHint id={id} hint={hint} />
    </div>
  );
}

/** A choice from a short list. */
export function SelectField({
  label,
  hint,
  className,
  children,
  ...props
}: ComponentProps<'select'> & LabelledProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-small font-medium">
        {label}
      </label>
      <select
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className={classNames(control, className)}
        {...props}
      >
        {children}
      </select>
      <FieldHint id={id} hint={hint} />
    </div>
  );
}

function FieldHint({ id, hint }: { id: string; hint: ReactNode }) {
  if (hint === undefined) return null;
  return (
    <p id={`${id}-hint`} className="text-small text-faint">
      {hint}
    </p>
  );
}
