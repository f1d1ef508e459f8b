import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Chat, Folder } from '../../../electron/contract/chats.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useCreateFolder, useOrganizeChat } from './use-chats.ts';

/** Stands for a folder that does not exist yet; ids are never empty. */
const newFolder = '';

type MoveDialogProps = { chat: Chat; folders: Folder[]; onClose: () => void };

/** Files a chat without dragging it. */
export function MoveDialog({ chat, folders, onClose }: MoveDialogProps) {
  const { t } = useTranslation('chats');
  const organize = useOrganizeChat();
  const create = useCreateFolder();
  const [folderId, setFolderId] = useState<string | null>(folders.length === 0 ? newFolder : chat.folder_id);
  const [name, setName] = useState('');
  const formId = useId();
  const move = async () => {
    const target = folderId === newFolder ? (await create.mutateAsync({ name: name.trim() })).id : folderId;
    await organize.mutateAsync({ id: chat.id, folder_id: target });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('move.title')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={folderId === newFolder && name.trim() === ''}
          >
            {t('move.action')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={event => {
          event.preventDefault();
          // What goes wrong is shown by the mutations' own errors.
          move().catch(() => {});
        }}
      >
        <fieldset className="flex max-h-72 flex-col gap-1 overflow-y-auto">
          <legend className="sr-only">{t('move.folder')}</legend>
          <Choice label={t('move.none')} isChosen={folderId === null} onChoose={() => setFolderId(null)} />
          {folders.map(folder => (
            <Choice
              key={folder.id}
              label={folder.name}
              isChosen={folderId === folder.id}
              onChoose={() => setFolderId(folder.id)}
            />
          ))}
          <Choice
            label={t('move.new')}
            isChosen={folderId === newFolder}
            onChoose={() => setFolderId(newFolder)}
          />
        </fieldset>
        {folderId === newFolder && (
          <div className="mt-3">
            <TextField
              label={t('folder.name')}
              dir="auto"
              value={name}
              maxLength={100}
              onChange={event => setName(event.target.value)}
            />
          </div>
        )}
      </form>
      <ErrorNote error={create.error ?? organize.error} />
    </Dialog>
  );
}

function Choice({ label, isChosen, onChoose }: { label: string; isChosen: boolean; onChoose: () => void }) {
  return (
    <label className="flex min-h-8 cursor-pointer items-center gap-2">
      <input
        type="radio"
        name="folder"
        checked={isChosen}
        onChange={onChoose}
        className="size-4 accent-accent"
      />
      <span dir="auto">{label}</span>
    </label>
  );
}
