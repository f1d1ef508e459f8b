import { Download, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { ImportSheet } from './import-sheet.tsx';
import { useExport } from './use-export.ts';
import { useTitleModel } from './use-title-model.ts';

/** Settings → chats in and out. */
export function TransferSettings() {
  const { t } = useTranslation('transfer');
  const exportChats = useExport();
  const inputRef = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('export.lead')}</p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void exportChats({ ids: null, format: 'markdown' })}>
          <Download aria-hidden size={15} />
          {t('export.all_markdown')}
        </Button>
        <Button onClick={() => void exportChats({ ids: null, format: 'json' })}>
          <Download aria-hidden size={15} />
          {t('export.all_json')}
        </Button>
      </div>
      <p className="mt-6 mb-3 max-w-prose text-soft">{t('import.lead')}</p>
      <Button onClick={() => inputRef.current?.click()}>
        <Upload aria-hidden size={15} />
        {t('import.choose')}
      </Button>
      <input
        ref={inputRef}
        type="file"
        accept=".zip,.json,application/zip,application/json"
        aria-label={t('import.choose')}
        className="hidden"
        onChange={event => {
          setFile(event.target.files?.[0] ?? null);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      {file && <ImportSheet file={file} onClose={() => setFile(null)} />}
    </>
  );
}

/** Settings → who makes the titles of chats. */
export function TitleSettings() {
  const { t } = useTranslation('transfer');
  const { model, models, choose, error } = useTitleModel();
  const isGone = model !== null && !models.some(({ id }) => id === model);
  return (
    <div className="max-w-md">
      <SelectField
        label={t('titles.label')}
        hint={t('titles.hint')}
        value={model ?? ''}
        onChange={event => choose(event.target.value || null)}
      >
        <option value="">{t('titles.words')}</option>
        {isGone && <option value={model}>{t('titles.gone', { model })}</option>}
        {models.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </SelectField>
      <ErrorNote error={error} />
    </div>
  );
}
