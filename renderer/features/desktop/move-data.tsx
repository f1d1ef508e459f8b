import { FolderInput } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useAppInfo } from '../settings/use-app-info.ts';
import { useDataMove, useDesktop } from './use-desktop.ts';

/** Settings → backup: the data directory on another disk. Only the desktop app can start again there. */
export function MoveData() {
  const { t } = useTranslation('desktop');
  const { data: desktop } = useDesktop();
  const { choose, move } = useDataMove();
  if (desktop === undefined) return null;
  if (desktop === null) return <p className="max-w-prose text-soft">{t('move.browser')}</p>;
  const { data_dir_from: from } = desktop;
  if (from !== 'usual') return <p className="max-w-prose text-soft">{t(`move.${from}`)}</p>;
  const to = choose.data?.path ?? null;
  const close = () => {
    if (move.isPending) return;
    choose.reset();
    move.reset();
  };
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('move.lead')}</p>
      <Button disabled={choose.isPending} onClick={() => choose.mutate()}>
        <FolderInput aria-hidden size={15} />
        {t('move.button')}
      </Button>
      <ErrorNote error={choose.error} />
      {to !== null && (
        <Dialog
          open
          title={t('move.title')}
          onClose={close}
          actions={
            <>
              <Button disabled={move.isPending} onClick={close}>
                {t('move.cancel')}
              </Button>
              <Button
                variant="primary"
                disabled={move.isPending || move.isSuccess}
                onClick={() => move.mutate(to)}
              >
                {move.isPending || move.isSuccess ? t('move.moving') : t('move.confirm')}
              </Button>
            </>
          }
        >
          <MoveWay to={to} />
          <ErrorNote error={move.error} />
        </Dialog>
      )}
    </>
  );
}

function MoveWay({ to }: { to: string }) {
  const { t } = useTranslation('desktop');
  const from = useAppInfo().data?.data_dir ?? '';
  return <p className="max-w-prose wrap-anywhere">{t('move.to', { from, to })}</p>;
}
