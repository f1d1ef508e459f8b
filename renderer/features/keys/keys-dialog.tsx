import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { create } from 'zustand';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { commandIds } from './commands.ts';
import { keyOf, useKeyBindings } from './key-bindings.ts';
import { KeyCaps } from './key-caps.tsx';
import { useCommandNames } from './use-command-names.ts';
import { useCommand } from './use-command.ts';

const useKeysDialog = create<{ isOpen: boolean }>(() => ({ isOpen: false }));

/** The list of keys, over whatever page is open. */
export function KeysDialog() {
  const { t } = useTranslation('keys');
  const { isOpen } = useKeysDialog();
  const [, navigate] = useLocation();
  const choices = useKeyBindings(state => state.choices);
  const nameOf = useCommandNames();
  const close = () => useKeysDialog.setState({ isOpen: false });
  useCommand('keys', () => useKeysDialog.setState({ isOpen: true }));
  const change = () => {
    close();
    navigate('/settings');
  };
  return (
    <Dialog
      open={isOpen}
      onClose={close}
      title={t('list.title')}
      actions={
        <>
          <Button onClick={change}>{t('list.change')}</Button>
          <Button variant="primary" onClick={close}>
            {t('list.close')}
          </Button>
        </>
      }
    >
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2">
        {commandIds
          .filter(id => keyOf(id, choices) !== null)
          .map(id => (
            <div key={id} className="contents">
              <dt>{nameOf(id)}</dt>
              <dd className="text-end">
                <KeyCaps id={id} />
              </dd>
            </div>
          ))}
      </dl>
    </Dialog>
  );
}
