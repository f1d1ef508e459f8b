import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { Link, useLocation } from 'wouter';

import type { Chat } from '../../../electron/contract/chats.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { useChats, useDeleteChat, useRenameChat, useRestoreChat } from './use-chats.ts';

/** All chats; the open one is marked. */
export function ChatList({ openId, onOpen }: { openId: string | null; onOpen: () => void }) {
  const chats = useChats();
  const rename = useRenameChat();
  const remove = useRemoveWithUndo(openId);
  const [renamed, setRenamed] = useState<Chat | null>(null);
  const isEmpty = chats.data?.length === 0;
  return (
    <>
      <ErrorNote error={chats.error} />
      {isEmpty && <p className="px-3 py-2 text-small text-faint">Your chats will be listed here.</p>}
      <ul aria-label="Chats" className={classNames('flex flex-col gap-px', isEmpty && 'sr-only')}>
        {chats.data?.map(chat => (
          <ChatRow
            key={chat.id}
            chat={chat}
            isOpen={chat.id === openId}
            onOpen={onOpen}
            onRename={() => setRenamed(chat)}
            onDelete={() => remove(chat)}
          />
        ))}
      </ul>
      {renamed && (
        <RenameDialog
          title={renamed.title}
          onClose={() => setRenamed(null)}
          onRename={title => rename.mutateAsync({ id: renamed.id, title })}
        />
      )}
    </>
  );
}

type ChatRowProps = {
  chat: Chat;
  isOpen: boolean;
  onOpen: () => void;
  onRename: () => void;
  onDelete: () => void;
};

function ChatRow({ chat, isOpen, onOpen, onRename, onDelete }: ChatRowProps) {
  const title = chat.title || 'Untitled chat';
  return (
    <li
      className={classNames(
        'group/row relative flex items-center rounded-base text-small',
        isOpen ? 'bg-active font-medium' : 'text-soft hover:bg-hover hover:text-ink',
      )}
    >
      <Link
        href={`/chat/${chat.id}`}
        aria-current={isOpen ? 'page' : undefined}
        onClick={onOpen}
        className="min-w-0 flex-1 truncate rounded-base py-1.5 ps-3 pe-9"
        title={title}
      >
        {title}
      </Link>
      <span className="absolute end-0 opacity-0 group-hover/row:opacity-100 focus-within:opacity-100 has-[[data-popup-open]]:opacity-100 pointer-coarse:opacity-100">
        <Menu
          trigger={
            <IconButton label={`Options for ${title}`}>
              <Ellipsis aria-hidden size={16} />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden size={14} />} onSelect={onRename}>
            Rename
          </MenuItem>
          <MenuItem icon={<Trash2 aria-hidden size={14} />} danger onSelect={onDelete}>
            Delete
          </MenuItem>
        </Menu>
      </span>
    </li>
  );
}

/** Deletes at once and offers the way back, instead of asking first. */
function useRemoveWithUndo(openId: string | null) {
  const { mutate: remove } = useDeleteChat();
  const { mutate: restore } = useRestoreChat();
  const [, navigate] = useLocation();
  const report = (error: Error) => toast.error(error.message);
  return (chat: Chat) =>
    remove(
      { id: chat.id },
      {
        onError: report,
        onSuccess: () => {
          const wasOpen = chat.id === openId;
          if (wasOpen) navigate('/chat');
          toast(`Deleted “${chat.title || 'Untitled chat'}”.`, {
            duration: 10_000,
            action: {
              label: 'Undo',
              onClick: () =>
                restore(
                  { id: chat.id },
                  { onError: report, onSuccess: () => wasOpen && navigate(`/chat/${chat.id}`) },
                ),
            },
          });
        },
      },
    );
}
