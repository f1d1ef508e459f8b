import { useTranslation } from 'react-i18next';

import { ApiError } from '../../api.ts';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useAppInfo } from '../settings/use-app-info.ts';

/** An error around keys; where the keychain cannot be used, with what to do about it on this system. */
export function KeychainAdvice({ error }: { error: Error | null }) {
  return (
    <>
      <ErrorNote error={error} />
      {error instanceof ApiError && error.code === 'keychain_unavailable' && <KeychainHelp />}
    </>
  );
}

export function KeychainHelp() {
  const { t } = useTranslation('providers');
  const { data } = useAppInfo();
  const platform = data?.platform;
  const system = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  return (
    <div className="text-small text-soft">
      <p>{t(`keychain.${system}`)}</p>
      <p className="mt-1">{t('keychain.instead')}</p>
    </div>
  );
}
