import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import type { Chat, Folder } from '../../../electron/contract/chats.ts';
import { reportError } from '../../ui/report-error.ts';
import { useDeleteChat, useDeleteFolder, useOrganizeChat, useRestoreChat } from './use-chats.ts';

/** How long a toast offers the way back, in milliseconds. */
const undoTime = 10_000;

/** What is done at once, with a way back instead of a question before. */
export function useChatActions(openId: string | null) {
  const { t } = useTranslation('chats');
  const { mutate: remove } = useDeleteChat();
  const { mutate: restore } = useRestoreChat();
  const { mutate: organize } = useOrganizeChat();
  const { mutate: removeFolder } = useDeleteFolder();
  const [, navigate] = useLocation();
  const onError = reportError;
  const titleOf = (chat: Chat) => chat.title || t('untitled');
  const offerUndo = (text: string, undo: () => void) =>
    toast(text, { duration: undoTime, action: { label: t('undo'), onClick: undo } });

  return {
    remove: (chat: Chat): void => {
      const wasOpen = chat.id === openId;
      const bringBack = () =>
        restore({ id: chat.id }, { onError, onSuccess: () => wasOpen && navigate(`/chat/${chat.id}`) });
      const onSuccess = () => {
        if (wasOpen) navigate('/chat');
        offerUndo(t('deleted', { title: titleOf(chat) }), bringBack);
      };
      remove({ id: chat.id }, { onError, onSuccess });
    },
    archive: (chat: Chat, archived: boolean): void => {
      const set = (value: boolean, onSuccess?: () => void) =>
        organize({ id: chat.id, archived: value }, { onError, ...(onSuccess && { onSuccess }) });
      set(archived, () => {
        const text = t(archived ? 'archivedNow' : 'unarchived', { title: titleOf(chat) });
        offerUndo(text, () => set(!archived));
      });
    },
    pin: (chat: Chat, pinned: boolean) => organize({ id: chat.id, pinned }, { onError }),
    file: (id: string, folderId: string | null) => organize({ id, folder_id: folderId }, { onError }),
    removeFolder: (folder: Folder) =>
      removeFolder(
        { id: folder.id },
        { onError, onSuccess: () => toast(t('folder.deleted', { name: folder.name })) },
      ),
  };
}
