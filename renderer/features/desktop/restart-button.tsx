import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { host } from '../keys/key-bindings.ts';
import { reportError } from '../../ui/report-error.ts';
import { useRelaunch } from './use-desktop.ts';

/** Beside a sentence that speaks of the next start; a browser cannot bring one about. */
export function RestartButton() {
  const { t } = useTranslation('desktop');
  const relaunch = useRelaunch();
  if (host !== 'app') return null;
  const isOn = relaunch.isPending || relaunch.isSuccess;
  return (
    <Button
      variant="primary"
      disabled={isOn}
      onClick={() => relaunch.mutate(undefined, { onError: reportError })}
    >
      {isOn ? t('restarting') : t('restart')}
    </Button>
  );
}
