import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { CoreWords } from '../../ui/state-note.tsx';
import { shortcutsOf, showShortcut } from '../keys/shortcut.ts';
import type { Shortcut } from '../keys/shortcut.ts';

type ShortcutChoiceProps = {
  shortcut: Shortcut | null;
  /** Why it does not work. */
  problem: string | null;
  onChoose: (shortcut: Shortcut | null) => void;
};

/** The key that opens quick ask from anywhere, changed by pressing another one. */
export function ShortcutChoice({ shortcut, problem, onChoose }: ShortcutChoiceProps) {
  const { t } = useTranslation('desktop');
  const [isAsking, setAsking] = useState(false);
  const [isBad, setBad] = useState(false);
  const named = shortcut === null ? t('shortcut_none') : showShortcut(shortcut);
  const shown = isAsking ? t('shortcut_press') : named;

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isAsking || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setAsking(false);
    const isRemoved = event.key === 'Backspace' || event.key === 'Delete';
    const pressed = shortcutsOf(event.nativeEvent)[0];
    if (!isRemoved && pressed === undefined) return;
    // It would be taken away from every other program.
    const isUsable =
      isRemoved || /^(Mod|Alt)\+/.test(pressed ?? '') || /^(Shift\+)?F\d+$/.test(pressed ?? '');
    setBad(!isUsable);
    if (!isUsable) return;
    setAsking(false);
    onChoose(isRemoved ? null : (pressed ?? null));
  };

  return (
    <div>
      <p className="flex flex-wrap items-center gap-x-3">
        <span>{t('shortcut')}</span>
        <Button
          aria-label={`${t('shortcut_change')}, ${shown}`}
          aria-pressed={isAsking}
          onClick={() => setAsking(!isAsking)}
          onKeyDown={onKeyDown}
          onBlur={() => setAsking(false)}
        >
          <span dir="auto">{shown}</span>
        </Button>
        {shortcut !== null && (
          <Button variant="quiet" onClick={() => onChoose(null)}>
            {t('shortcut_remove')}
          </Button>
        )}
      </p>
      <p className="mt-1 max-w-prose text-small text-faint">{t('shortcut_hint')}</p>
      {(isBad || problem !== null) && (
        <div role="alert" className="mt-1 text-small text-danger">
          {isBad || problem === null ? (
            t('shortcut_bad')
          ) : (
            <CoreWords text={t('shortcut_refused')} said={problem} />
          )}
        </div>
      )}
    </div>
  );
}
