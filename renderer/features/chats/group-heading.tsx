import { ChevronRight, Ellipsis, Folder as FolderIcon, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { DragEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Folder } from '../../../electron/contract/chats.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import type { ChatGroup } from './chat-groups.ts';
import { draggedChat } from './chat-row.tsx';

export type FolderActions = {
  onToggle: (folder: Folder) => void;
  onRename: (folder: Folder) => void;
  onDelete: (folder: Folder) => void;
  /** A chat was dropped; null takes it out of its folder. */
  onDrop: (chatId: string, folderId: string | null) => void;
};

type GroupHeadingProps = { group: ChatGroup; isClosed: boolean; actions: FolderActions };

export function GroupHeading({ group, isClosed, actions }: GroupHeadingProps) {
  const { t, i18n } = useTranslation('chats');
  switch (group.type) {
    case 'folder':
      return (
        <FolderHeading
          folder={group.folder}
          count={group.chats.length}
          isClosed={isClosed}
          actions={actions}
        />
      );
    case 'older': {
      const name = new Intl.DateTimeFormat(i18n.language, { month: 'long', year: 'numeric' });
      return (
        <DateHeading actions={actions}>{name.format(new Date(`${group.month}-01T12:00:00`))}</DateHeading>
      );
    }
    case 'pinned':
      return <h3 className={headingLook}>{t('groups.pinned')}</h3>;
    case 'today':
    case 'yesterday':
    case 'week':
    case 'month':
      return <DateHeading actions={actions}>{t(`groups.${group.type}`)}</DateHeading>;
  }
}

const headingLook = 'px-3 pt-3 pb-1 text-small font-medium text-faint';

/** Where the dates begin there is no folder: a chat dropped here leaves its own. */
function DateHeading({ actions, children }: { actions: FolderActions; children: ReactNode }) {
  const { isOver, target } = useChatDrop(id => actions.onDrop(id, null));
  return (
    <h3 className={classNames(headingLook, 'rounded-base', isOver && 'bg-accent-soft')} {...target}>
      {children}
    </h3>
  );
}

type FolderHeadingProps = { folder: Folder; count: number; isClosed: boolean; actions: FolderActions };

function FolderHeading({ folder, count, isClosed, actions }: FolderHeadingProps) {
  const { t } = useTranslation('chats');
  const { isOver, target } = useChatDrop(id => actions.onDrop(id, folder.id));
  return (
    <div
      className={classNames(
        'group/row relative mt-1 flex items-center rounded-base text-small',
        isOver ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
      {...target}
    >
      <h3 className="min-w-0 flex-1">
        <button
          type="button"
          aria-expanded={!isClosed}
          aria-label={t('folder.heading', { name: folder.name, count })}
          className="flex min-h-8 w-full items-center gap-1.5 rounded-base ps-1.5 pe-9 text-start font-medium text-soft"
          onClick={() => actions.onToggle(folder)}
        >
          <ChevronRight
            aria-hidden
            size={14}
            className={classNames(
              'shrink-0 text-faint transition-transform',
              isClosed ? 'rtl:-scale-x-100' : 'rotate-90',
            )}
          />
          <FolderIcon aria-hidden size={14} className="shrink-0 text-faint" />
          <span dir="auto" className="truncate">
            {folder.name}
          </span>
          <span className="ms-auto font-normal text-faint tabular-nums group-hover/row:invisible">
            {count}
          </span>
        </button>
      </h3>
      <span className="absolute end-0 opacity-0 group-hover/row:opacity-100 focus-within:opacity-100 has-[[data-popup-open]]:opacity-100 pointer-coarse:opacity-100">
        <Menu
          trigger={
            <IconButton label={t('folder.options', { name: folder.name })}>
              <Ellipsis aria-hidden size={16} />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden size={14} />} onSelect={() => actions.onRename(folder)}>
            {t('rename')}
          </MenuItem>
          <MenuItem icon={<Trash2 aria-hidden size={14} />} danger onSelect={() => actions.onDelete(folder)}>
            {t('folder.delete')}
          </MenuItem>
        </Menu>
      </span>
    </div>
  );
}

function useChatDrop(onDrop: (chatId: string) => void) {
  const [isOver, setOver] = useState(false);
  const target = {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes(draggedChat)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      setOver(false);
      const id = event.dataTransfer.getData(draggedChat);
      if (id === '') return;
      event.preventDefault();
      onDrop(id);
    },
  };
  return { isOver, target };
}
