import type { ComponentProps } from 'react';

import { classNames } from './class-names.ts';

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-transparent text-ink hover:bg-hover',
  /** Floats above text, so it must be opaque. */
  floating: 'border border-line-strong bg-raised text-ink shadow-float hover:bg-hover',
  quiet: 'bg-transparent text-soft hover:bg-hover hover:text-ink',
  danger: 'border border-danger bg-transparent text-danger hover:bg-danger-soft',
};

const shape =
  'inline-flex min-h-8 items-center justify-center rounded-base text-small font-medium transition-colors disabled:opacity-50';

type ButtonProps = ComponentProps<'button'> & { variant?: keyof typeof variants };

export function Button({ variant = 'secondary', className, type = 'button', ...props }: ButtonProps) {
  return (
    <button
      type={type}
      className={classNames(shape, 'gap-1.5 px-3 py-1', variants[variant], className)}
      {...props}
    />
  );
}

/** A button that is only an icon: `label` is its name for screen readers and its tooltip. */
export function IconButton({ label, className, ...props }: Omit<ButtonProps, 'variant'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classNames(shape, 'min-w-8 shrink-0', variants.quiet, className)}
      {...props}
    />
  );
}
