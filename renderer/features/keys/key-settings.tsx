import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, IconButton } from '../../ui/button.tsx';
import { commandIds, commands } from './commands.ts';
import type { CommandId } from './commands.ts';
import { commandOf, host, keyOf, useKeyBindings } from './key-bindings.ts';
import { isBindable, shortcutsOf, showShortcut } from './shortcut.ts';
import type { Shortcut } from './shortcut.ts';
import { useCommandNames } from './use-command-names.ts';

/** Every key, to be changed by pressing another one. */
export function KeySettings() {
  const { t } = useTranslation('keys');
  const { choices, reset } = useKeyBindings();
  return (
    <>
      <p className="mb-3 max-w-prose text-small text-faint">
        {t('settings.lead')} {host === 'browser' && t('settings.browser')}
      </p>
      <ul aria-label={t('settings.label')} className="max-w-prose divide-y divide-line">
        {commandIds.map(id => (
          <KeyRow key={id} id={id} />
        ))}
      </ul>
      {Object.keys(choices).length > 0 && (
        <Button className="mt-4" onClick={() => reset()}>
          {t('settings.resetAll')}
        </Button>
      )}
    </>
  );
}

function KeyRow({ id }: { id: CommandId }) {
  const { t } = useTranslation('keys');
  const { choices, bind, reset } = useKeyBindings();
  const [isAsking, setAsking] = useState(false);
  const [wish, setWish] = useState<Shortcut | null>(null);
  const nameOf = useCommandNames();
  const shortcut = keyOf(id, choices);
  const own = commands[id].keys[host];
  const named = shortcut === null ? t('settings.none') : showShortcut(shortcut);
  const shown = isAsking ? t('settings.press') : named;
  const taken = wish === null ? undefined : commandOf(wish, choices);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isAsking || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    const answer = readPress(event, id);
    if (answer.type === 'wait') return;
    setAsking(false);
    if (answer.type === 'leave') return;
    const other = answer.shortcut === null ? undefined : commandOf(answer.shortcut, choices);
    if (other === undefined || other === id) bind(id, answer.shortcut);
    else setWish(answer.shortcut);
  };

  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1">
      <span className="min-w-40 flex-1">{nameOf(id)}</span>
      <Button
        variant={isAsking ? 'secondary' : 'quiet'}
        aria-label={`${t('settings.change', { name: nameOf(id) })}, ${shown}`}
        aria-pressed={isAsking}
        onClick={() => {
          setWish(null);
          setAsking(!isAsking);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setAsking(false)}
      >
        <span dir="auto">{shown}</span>
      </Button>
      {shortcut !== own && (
        <IconButton
          label={t('settings.reset', { name: nameOf(id), keys: showShortcut(own) })}
          onClick={() => reset(id)}
        >
          <RotateCcw aria-hidden size={15} />
        </IconButton>
      )}
      {wish !== null && taken !== undefined && (
        <p role="alert" className="flex w-full flex-wrap items-center gap-2 pb-1 text-small text-warning">
          {t('settings.taken', { keys: showShortcut(wish), name: nameOf(taken) })}
          <Button
            onClick={() => {
              bind(id, wish);
              setWish(null);
            }}
          >
            {t('settings.take')}
          </Button>
          <Button variant="quiet" onClick={() => setWish(null)}>
            {t('settings.keep')}
          </Button>
        </p>
      )}
    </li>
  );
}

type Answer = { type: 'key'; shortcut: Shortcut | null } | { type: 'wait' } | { type: 'leave' };

/** The key that was pressed, null for none any more, or whether to go on waiting. */
function readPress({ key, nativeEvent }: KeyboardEvent, id: CommandId): Answer {
  // Escape is the way out, and can only be the key of what it stops.
  if (key === 'Escape') return id === 'stop' ? { type: 'key', shortcut: key } : { type: 'leave' };
  if (key === 'Backspace' || key === 'Delete') return { type: 'key', shortcut: null };
  const shortcut = shortcutsOf(nativeEvent).find(isBindable);
  return shortcut === undefined ? { type: 'wait' } : { type: 'key', shortcut };
}
