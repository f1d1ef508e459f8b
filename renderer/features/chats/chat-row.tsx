import { Archive, ArchiveRestore, Ellipsis, FolderInput, Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import type { Chat } from '../../../electron/contract/chats.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { usePreloadChat } from '../thread/use-thread.ts';
import { ExportMenuItems } from '../transfer/export-menu-items.tsx';

/** What a dragged chat is called among the kinds of data that can be dropped. */
export const draggedChat = 'application/x-parley-chat';

export type ChatActions = {
  onOpen: () => void;
  onRename: (chat: Chat) => void;
  onDelete: (chat: Chat) => void;
  onMove: (chat: Chat) => void;
  onPin: (chat: Chat, pinned: boolean) => void;
  onArchive: (chat: Chat, archived: boolean) => void;
};

type ChatRowProps = {
  chat: Chat;
  isOpen: boolean;
  /** It stands below the name of its folder. */
  isFiled: boolean;
  actions: ChatActions;
};

export function ChatRow({ chat, isOpen, isFiled, actions }: ChatRowProps) {
  const { t } = useTranslation('chats');
  const preload = usePreloadChat();
  const title = chat.title || t('untitled');
  return (
    <div
      className={classNames(
        'group/row relative flex items-center rounded-base text-small',
        isOpen ? 'bg-active font-medium' : 'text-soft hover:bg-hover hover:text-ink',
      )}
    >
      <Link
        href={`/chat/${chat.id}`}
        aria-current={isOpen ? 'page' : undefined}
        draggable
        onDragStart={event => {
          event.dataTransfer.setData(draggedChat, chat.id);
          event.dataTransfer.effectAllowed = 'move';
        }}
        onPointerDown={() => preload(chat.id)}
        onClick={actions.onOpen}
        className={classNames(
          'min-w-0 flex-1 truncate rounded-base py-1.5 pe-9',
          isFiled ? 'ps-[2.625rem]' : 'ps-3',
        )}
        title={title}
      >
        {/* Its direction is its own; the room for the menu beside it is the page's. */}
        <bdi>{title}</bdi>
      </Link>
      <span className="absolute end-0 opacity-0 group-hover/row:opacity-100 focus-within:opacity-100 has-[[data-popup-open]]:opacity-100 pointer-coarse:opacity-100">
        <ChatMenu chat={chat} title={title} actions={actions} />
      </span>
    </div>
  );
}

function ChatMenu({ chat, title, actions }: { chat: Chat; title: string; actions: ChatActions }) {
  const { t } = useTranslation('chats');
  const isPinned = chat.pinned_at !== null;
  const isArchived = chat.archived_at !== null;
  return (
    <Menu
      trigger={
        <IconButton label={t('options', { title })}>
          <Ellipsis aria-hidden size={16} />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil aria-hidden size={14} />} onSelect={() => actions.onRename(chat)}>
        {t('rename')}
      </MenuItem>
      {!isArchived && (
        <MenuItem
          icon={isPinned ? <PinOff aria-hidden size={14} /> : <Pin aria-hidden size={14} />}
          onSelect={() => actions.onPin(chat, !isPinned)}
        >
          {isPinned ? t('unpin') : t('pin')}
        </MenuItem>
      )}
      <MenuItem icon={<FolderInput aria-hidden size={14} />} onSelect={() => actions.onMove(chat)}>
        {t('move.menu')}
      </MenuItem>
      <MenuItem
        icon={isArchived ? <ArchiveRestore aria-hidden size={14} /> : <Archive aria-hidden size={14} />}
        onSelect={() => actions.onArchive(chat, !isArchived)}
      >
        {isArchived ? t('unarchive') : t('archive')}
      </MenuItem>
      <ExportMenuItems chatId={chat.id} />
      <MenuItem icon={<Trash2 aria-hidden size={14} />} danger onSelect={() => actions.onDelete(chat)}>
        {t('delete')}
      </MenuItem>
    </Menu>
  );
}
