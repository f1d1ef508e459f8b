import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { useRef, useState } from 'react';
import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';

import { useCommand } from '../keys/use-command.ts';
import { PaletteResults } from './palette-results.tsx';

/** `opened` counts: each time it begins with an empty field, also while the one before still fades away. */
const usePalette = create(() => ({ isOpen: false, opened: 0 }));

/** One field that leads everywhere: chats, messages, models, commands and pages. */
export function Palette() {
  const { t } = useTranslation('finding');
  const { isOpen, opened } = usePalette();
  const close = () => usePalette.setState({ isOpen: false });
  const field = useRef<HTMLInputElement>(null);
  useCommand('palette', () => {
    // At once, and with the focus: what is typed right after the key is meant for here.
    flushSync(() =>
      usePalette.setState(({ isOpen: was, opened: times }) =>
        was ? { isOpen: false } : { isOpen: true, opened: times + 1 },
      ),
    );
    field.current?.focus();
  });
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={next => usePalette.setState({ isOpen: next })}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 bg-shade transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Popup
          data-palette
          aria-label={t('palette.label')}
          initialFocus={field}
          className="fixed inset-x-0 top-[min(12dvh,7rem)] mx-auto flex max-h-[min(34rem,80dvh)] w-[calc(100vw-2rem)] max-w-2xl flex-col overflow-hidden rounded-xl bg-raised text-ink shadow-float outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0"
        >
          <PaletteBody key={opened} field={field} onDone={close} />
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

type PaletteBodyProps = { field: RefObject<HTMLInputElement | null>; onDone: () => void };

function PaletteBody({ field, onDone }: PaletteBodyProps) {
  const { t } = useTranslation('finding');
  const [query, setQuery] = useState('');
  return (
    // What fits is decided by each group: a message is found by its text, which is not on the page.
    <Command shouldFilter={false} loop label={t('palette.label')} className="flex min-h-0 flex-col">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden size={17} className="shrink-0 text-faint" />
        <Command.Input
          ref={field}
          dir="auto"
          value={query}
          onValueChange={setQuery}
          placeholder={t('palette.placeholder')}
          className="min-h-12 w-full bg-transparent text-reading outline-none placeholder:text-faint"
        />
      </div>
      <Command.List className="min-h-0 flex-1 scroll-py-2 overflow-y-auto overscroll-contain px-2 pb-2 outline-none">
        <PaletteResults query={query.trim()} onDone={onDone} />
      </Command.List>
    </Command>
  );
}
