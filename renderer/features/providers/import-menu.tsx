import { ClipboardPaste, FilePlus2, FileUp, FolderUp } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { NewScriptDialog } from './new-script-dialog.tsx';
import { readPackage } from './read-package.ts';
import { useScriptQueue } from './script-queue.ts';

/** The ways a script comes in beside being dropped: picked, in a folder or an archive, or pasted. */
export function ImportMenu() {
  const { t } = useTranslation('providers');
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [isPasting, setPasting] = useState(false);
  const [isNew, setNew] = useState(false);
  const add = useScriptQueue(({ add }) => add);
  const take = async (input: HTMLInputElement) => {
    const picked = [...(input.files ?? [])].map(file => ({
      path: file.webkitRelativePath || file.name,
      file,
    }));
    input.value = ''; // so that a corrected file of the same name can be picked again
    const { scripts, refusals } = await readPackage(picked);
    for (const refusal of refusals) toast.error(refusal);
    add(scripts);
  };
  return (
    <>
      <Menu
        trigger={
          <Button>
            <FileUp aria-hidden size={16} />
            {t('import.menu')}
          </Button>
        }
      >
        <MenuItem icon={<FileUp aria-hidden size={15} />} onSelect={() => files.current?.click()}>
          {t('import.file')}
        </MenuItem>
        <MenuItem icon={<FolderUp aria-hidden size={15} />} onSelect={() => folder.current?.click()}>
          {t('import.folder')}
        </MenuItem>
        <MenuItem icon={<ClipboardPaste aria-hidden size={15} />} onSelect={() => setPasting(true)}>
          {t('import.paste')}
        </MenuItem>
        <MenuItem icon={<FilePlus2 aria-hidden size={15} />} onSelect={() => setNew(true)}>
          {t('new_script.menu')}
        </MenuItem>
      </Menu>
      <input
        ref={files}
        type="file"
        accept=".lua,.json,.zip"
        multiple
        hidden
        aria-label={t('import.files_label')}
        onChange={event => void take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label={t('import.folder_label')}
        {...{ webkitdirectory: '' }}
        onChange={event => void take(event.currentTarget)}
      />
      {isPasting && <PasteDialog onClose={() => setPasting(false)} />}
      {isNew && <NewScriptDialog onClose={() => setNew(false)} />}
    </>
  );
}

function PasteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('providers');
  const [name, setName] = useState('');
  const [source, setSource] = useState('');
  const add = useScriptQueue(({ add }) => add);
  const id = useId();
  const type = name.trim().replace(/\.lua$/i, '');
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('import.paste_title')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            variant="primary"
            disabled={type === '' || source.trim() === ''}
            onClick={() => {
              add([{ file_name: `${type}.lua`, source, files: {} }]);
              onClose();
            }}
          >
            {t('import.review')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('import.name')}
        value={name}
        spellCheck={false}
        onChange={event => setName(event.target.value)}
        hint={t('import.name_hint')}
      />
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="text-small font-medium">
          {t('import.source')}
        </label>
        <textarea
          id={id}
          value={source}
          spellCheck={false}
          rows={12}
          onChange={event => setSource(event.target.value)}
          className="w-full rounded-base border border-line-strong bg-paper px-2.5 py-1.5 font-mono text-small"
        />
      </div>
    </Dialog>
  );
}
