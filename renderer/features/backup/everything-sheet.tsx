import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote, ErrorText } from '../../ui/state-note.tsx';
import { CheckLine } from './check-line.tsx';
import { useEverything } from './use-everything.ts';

type SheetProps = { file: File; onClose: () => void; onChats: () => void };

/** What an export of everything holds beside chats, before any of it is taken. */
export function EverythingSheet({ file, onClose, onChats }: SheetProps) {
  const { t } = useTranslation('backup');
  const { sent, take } = useEverything(file);
  if (take.data) return <Taken result={take.data} onClose={onClose} onChats={onChats} />;
  if (sent.data) {
    const { found } = sent.data;
    return <Choice found={found} onClose={onClose} onTake={wish => take.mutate(wish)} error={take.error} />;
  }
  return (
    <Dialog
      open
      alert={sent.error !== null}
      title={sent.error ? t('failed_title') : t('take_title')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('close')}</Button>}
    >
      {sent.error ? (
        <ErrorText error={sent.error} />
      ) : (
        <p role="status">{t('sending', { name: file.name })}</p>
      )}
    </Dialog>
  );
}

type Wish = { settings: boolean; scripts: boolean; passphrase: string | null };
type ChoiceProps = {
  found: ApiOutput<'backups.look'>;
  onClose: () => void;
  onTake: (wish: Wish) => void;
  error: Error | null;
};

function Choice({ found, onClose, onTake, error }: ChoiceProps) {
  const { t, i18n } = useTranslation('backup');
  const [settings, setSettings] = useState(false);
  const [scripts, setScripts] = useState(found.scripts.length > 0);
  const [passphrase, setPassphrase] = useState('');
  const time = new Date(found.exported_at).toLocaleString(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const wish = { settings, scripts, passphrase: passphrase === '' ? null : passphrase };
  return (
    <Dialog
      open
      title={t('take_title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" onClick={() => onTake(wish)}>
            {t('take')}
          </Button>
        </>
      }
    >
      <p className="text-soft">{t('take_from', { time, version: found.app_version })}</p>
      <div className="flex flex-col gap-1">
        {found.settings && <CheckLine label={t('take_settings')} checked={settings} onChange={setSettings} />}
        {found.scripts.length > 0 && (
          <CheckLine
            label={t('take_scripts', { count: found.scripts.length })}
            checked={scripts}
            onChange={setScripts}
          />
        )}
      </div>
      {found.has_keys && (
        <TextField
          label={t('take_keys')}
          hint={t('take_keys_hint')}
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={event => setPassphrase(event.target.value)}
        />
      )}
      <p className="text-small text-faint">{t('take_chats')}</p>
      <ErrorNote error={error} />
    </Dialog>
  );
}

type TakenProps = { result: ApiOutput<'backups.take'>; onClose: () => void; onChats: () => void };

function Taken({ result, onClose, onChats }: TakenProps) {
  const { t } = useTranslation('backup');
  const { scripts, keys, kept_scripts: kept } = result;
  return (
    <Dialog
      open
      title={t('take_title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          <Button variant="primary" onClick={onChats}>
            {t('take_next')}
          </Button>
        </>
      }
    >
      <p role="status">{t('taken', { scripts, keys })}</p>
      {kept.length > 0 && <p>{t('kept', { names: kept.join(', ') })}</p>}
    </Dialog>
  );
}
