import { Download, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { ImportSheet } from '../transfer/import-sheet.tsx';
import { CheckLine } from './check-line.tsx';
import { EverythingSheet } from './everything-sheet.tsx';
import { useExportAll, useScriptsWithKeys } from './use-everything.ts';

/** Settings → backup: everything out into one file, and in from one. */
export function EverythingSettings() {
  const { t } = useTranslation('backup');
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('all_lead')}</p>
      <ExportForm />
      <ImportChoice />
    </>
  );
}

function ExportForm() {
  const { t } = useTranslation('backup');
  const exportAll = useExportAll();
  const withheld = useScriptsWithKeys();
  const [withKeys, setWithKeys] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const [keychain, setKeychain] = useState(false);
  const submit = () =>
    exportAll.mutate({ passphrase: withKeys ? passphrase : null, keychain: withKeys && keychain });
  return (
    <form
      className="flex max-w-md flex-col gap-3"
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <CheckLine label={t('with_keys')} checked={withKeys} onChange={setWithKeys} />
      {withKeys && (
        <>
          <TextField
            label={t('passphrase')}
            hint={t('passphrase_hint')}
            type="password"
            autoComplete="new-password"
            required
            minLength={8}
            value={passphrase}
            onChange={event => setPassphrase(event.target.value)}
          />
          <CheckLine label={t('keychain')} checked={keychain} onChange={setKeychain} />
        </>
      )}
      {withheld.length > 0 && (
        <p className="text-small text-soft wrap-anywhere">
          {t(withKeys ? 'script_keys_sealed' : 'script_keys', { names: withheld.join(', ') })}
        </p>
      )}
      <div>
        <Button type="submit" disabled={exportAll.isPending}>
          <Download aria-hidden size={15} />
          {t('export')}
        </Button>
      </div>
      <ErrorNote error={exportAll.error} />
    </form>
  );
}

function ImportChoice() {
  const { t } = useTranslation('backup');
  const inputRef = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [step, setStep] = useState<'rest' | 'chats'>('rest');
  const close = () => setFile(null);
  return (
    <div className="mt-4">
      <Button onClick={() => inputRef.current?.click()}>
        <Upload aria-hidden size={15} />
        {t('import')}
      </Button>
      <input
        ref={inputRef}
        type="file"
        accept=".zip,application/zip"
        aria-label={t('import')}
        className="hidden"
        onChange={event => {
          setFile(event.target.files?.[0] ?? null);
          setStep('rest');
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      {file && step === 'rest' && (
        <EverythingSheet file={file} onClose={close} onChats={() => setStep('chats')} />
      )}
      {file && step === 'chats' && <ImportSheet file={file} onClose={close} />}
    </div>
  );
}
