import { GripVertical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { BackendStatus } from '../../../electron/contract/backends.ts';
import type { BackendUse } from '../../../electron/contract/provider-calls.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import type { CoreError } from '../../ui/error-words.ts';
import { BackendFacts } from './backend-facts.tsx';
import { BackendMenu } from './backend-menu.tsx';
import { backendState } from './backend-state.ts';
import type { BackendState } from './backend-state.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { LetterMark } from './letter-mark.tsx';
import { SaveKeyDialog } from './save-key-dialog.tsx';
import { ScriptDialog } from './script-dialog.tsx';
import { TestSteps } from './test-steps.tsx';
import { useTestBackend } from './use-providers.ts';

const stateColours: Record<BackendState, string> = {
  ready: 'text-good',
  disabled: 'text-faint',
  changed: 'text-warning',
  paused: 'text-warning',
  no_key: 'text-warning',
  key_error: 'text-danger',
  unreachable: 'text-danger',
  script_error: 'text-danger',
};

export type BackendRowProps = {
  backend: BackendStatus;
  /** Why its models could not be listed. */
  problem: CoreError | undefined;
  /** Whether rows of the list can be moved: then all of them begin where those do. */
  hasHandles: boolean;
  /** How many models it offers; undefined while that is unknown. */
  modelCount: number | undefined;
  use: BackendUse | undefined;
  taken: string[];
  /** Moves it by so many places; missing where it has none of its own. */
  onMove?: (by: number) => void;
  /** Another backend was dropped onto this one. */
  onDropName?: (name: string) => void;
};

const dragType = 'application/x-parley-backend';

/** One backend: what it is, how it stands, and what can be done. */
export function BackendRow(props: BackendRowProps) {
  const { backend, problem, hasHandles, onMove, onDropName } = props;
  const { t } = useTranslation('providers');
  const [open, setOpen] = useState<'key' | 'keys' | 'script' | null>(null);
  const [isOver, setOver] = useState(false);
  const test = useTestBackend(backend.name);
  const state = backendState(backend, problem);
  const close = () => setOpen(null);
  return (
    // What is dropped here can also be moved with the handle's arrow keys and the menu.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      aria-label={backend.name}
      className={classNames(
        'flex flex-wrap items-start gap-x-3 gap-y-3 py-4',
        isOver && 'border-t-2! border-t-accent!',
      )}
      onDragOver={event => {
        if (!onDropName || !event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        setOver(false);
        const name = event.dataTransfer.getData(dragType);
        if (name !== '' && name !== backend.name) onDropName?.(name);
      }}
    >
      {onMove ? <MoveHandle name={backend.name} onMove={onMove} /> : hasHandles && <span className="w-6" />}
      <LetterMark name={backend.title || backend.name} isOff={!backend.enabled} />
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="flex flex-wrap items-baseline gap-x-2 font-semibold">
          <span className="wrap-anywhere">{backend.name}</span>
          <span className={`text-small font-medium ${stateColours[state]}`}>{t(`states.${state}`)}</span>
        </h2>
        <BackendFacts {...props} onReview={() => setOpen('script')} />
        {(test.isPending || test.data || test.error) && (
          <TestSteps
            check={test.isPending ? test.soFar : (test.data ?? null)}
            isDone={!test.isPending}
            error={test.error}
          />
        )}
      </div>
      <div className="flex flex-wrap gap-1.5">
        <Button onClick={() => test.mutate()} disabled={test.isPending}>
          {test.isPending ? t('testing') : t('test')}
        </Button>
        {!backend.demo && <Button onClick={() => setOpen('key')}>{t('set_key')}</Button>}
        {!backend.demo && <BackendMenu {...props} onOpen={setOpen} />}
      </div>
      {open === 'key' && <SaveKeyDialog name={backend.name} onClose={close} />}
      {open === 'keys' && <KeysDialog backend={backend} onClose={close} />}
      {open === 'script' && <ScriptDialog type={backend.type} onClose={close} />}
    </li>
  );
}

/** Drags a row, or moves it with the arrow keys. */
function MoveHandle({ name, onMove }: { name: string; onMove: (by: number) => void }) {
  const { t } = useTranslation('providers');
  return (
    <button
      type="button"
      draggable
      aria-label={t('move', { name })}
      title={t('move_hint')}
      className="mt-1 grid h-8 w-6 cursor-grab place-items-center rounded-base text-faint hover:bg-hover hover:text-ink"
      onDragStart={event => {
        event.dataTransfer.setData(dragType, name);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onKeyDown={event => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        onMove(event.key === 'ArrowUp' ? -1 : 1);
      }}
    >
      <GripVertical aria-hidden size={16} />
    </button>
  );
}
