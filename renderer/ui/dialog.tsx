import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

import { classNames } from './class-names.ts';

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons, at the end. */
  actions: ReactNode;
  wide?: boolean;
  /** `full`: as wide as what it shows wants, up to the window. */
  width?: 'full';
  /** A dialog that interrupts with bad news is announced as an alert. */
  alert?: boolean;
};

/** A modal dialog; Escape and a click outside close it. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  actions,
  wide = false,
  width,
  alert = false,
}: DialogProps) {
  return (
    <BaseDialog.Root open={open} onOpenChange={next => !next && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 bg-shade transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Popup
          {...(alert ? { role: 'alertdialog' } : {})}
          className={classNames(
            'fixed top-1/2 left-1/2 flex max-h-[calc(100dvh-3rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2',
            'flex-col gap-4 overflow-y-auto rounded-xl bg-raised p-6 text-ink shadow-float outline-none',
            'transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0',
            width === 'full' ? 'max-w-5xl' : wide ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <BaseDialog.Title className="font-serif text-xl leading-snug font-semibold">
            {title}
          </BaseDialog.Title>
          {children}
          <div className="flex flex-wrap justify-end gap-2">{actions}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
