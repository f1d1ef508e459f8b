import { useVirtualizer } from '@tanstack/react-virtual';
import { Archive, ArrowLeft, FolderPlus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Chat, Folder } from '../../../electron/contract/chats.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { readStored, writeStored } from '../../ui/stored.ts';
import { groupChats } from './chat-groups.ts';
import { ChatRow } from './chat-row.tsx';
import type { ChatActions } from './chat-row.tsx';
import { GroupHeading } from './group-heading.tsx';
import type { FolderActions } from './group-heading.tsx';
import { estimateHeight, listRows } from './list-rows.ts';
import type { ListRow } from './list-rows.ts';
import { MoveDialog } from './move-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import { useChatActions } from './use-chat-actions.ts';
import { useChats, useCreateFolder, useFolders, useRenameChat, useRenameFolder } from './use-chats.ts';
import { useToday } from './use-today.ts';

type Asking =
  | { type: 'chat-name'; chat: Chat }
  | { type: 'place'; chat: Chat }
  | { type: 'folder-name'; folder: Folder | null }
  | null;

/** All chats, grouped, or those that were archived; the open one is marked. */
export function ChatList({ openId, onOpen }: { openId: string | null; onOpen: () => void }) {
  const { t } = useTranslation('chats');
  const chats = useChats();
  const folders = useFolders();
  const today = useToday();
  const [isArchive, setArchive] = useState(false);
  const [closed, toggleFolder] = useClosedFolders();
  const [asking, setAsking] = useState<Asking>(null);
  const act = useChatActions(openId);

  const archived = useMemo(() => chats.data?.filter(chat => chat.archived_at !== null) ?? [], [chats.data]);
  const isShowingArchive = isArchive && archived.length > 0;
  const rows = useMemo(
    () =>
      isShowingArchive
        ? archived.map(chat => ({ key: chat.id, chat }))
        : listRows(groupChats(chats.data ?? [], folders.data ?? [], today), closed),
    [isShowingArchive, archived, chats.data, folders.data, today, closed],
  );
  const chatActions: ChatActions = {
    onOpen,
    onRename: chat => setAsking({ type: 'chat-name', chat }),
    onMove: chat => setAsking({ type: 'place', chat }),
    onDelete: act.remove,
    onPin: act.pin,
    onArchive: act.archive,
  };
  const folderActions: FolderActions = {
    onToggle: toggleFolder,
    onRename: folder => setAsking({ type: 'folder-name', folder }),
    onDelete: act.removeFolder,
    onDrop: act.file,
  };
  return (
    <>
      <ErrorNote error={chats.error ?? folders.error} />
      {chats.data && rows.length === 0 && <p className="px-5 py-2 text-small text-faint">{t('empty')}</p>}
      {isShowingArchive && (
        <div className="px-2 pb-1">
          <Button variant="quiet" className="w-full justify-start" onClick={() => setArchive(false)}>
            <ArrowLeft aria-hidden size={15} className="rtl:-scale-x-100" />
            {t('backToChats')}
          </Button>
          <h2 className="px-3 pt-2 text-small font-medium text-faint">{t('archived')}</h2>
        </div>
      )}
      <VirtualRows
        rows={rows}
        openId={openId}
        closed={closed}
        chatActions={chatActions}
        folderActions={folderActions}
      />
      {!isShowingArchive && (
        <div className="flex items-center gap-1 border-t border-line px-2 py-1">
          <IconButton
            label={t('folder.new')}
            onClick={() => setAsking({ type: 'folder-name', folder: null })}
          >
            <FolderPlus aria-hidden size={16} />
          </IconButton>
          {archived.length > 0 && (
            <Button variant="quiet" className="ms-auto whitespace-nowrap" onClick={() => setArchive(true)}>
              <Archive aria-hidden size={15} />
              {t('openArchive', { count: archived.length })}
            </Button>
          )}
        </div>
      )}
      <Questions asking={asking} folders={folders.data ?? []} onClose={() => setAsking(null)} />
    </>
  );
}

type VirtualRowsProps = {
  rows: ListRow[];
  openId: string | null;
  closed: ReadonlySet<string>;
  chatActions: ChatActions;
  folderActions: FolderActions;
};

/** Only the rows on screen are in the page: there may be thousands. */
function VirtualRows({ rows, openId, closed, chatActions, folderActions }: VirtualRowsProps) {
  const { t } = useTranslation('chats');
  const scrollRef = useRef<HTMLDivElement>(null);
  // It renders this component by itself when somebody scrolls, whatever the compiler remembers.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    getItemKey: index => rows[index]?.key ?? index,
    estimateSize: index => (rows[index] ? estimateHeight(rows[index]) : 0),
    overscan: 12,
  });
  useShownRow(virtual, rows, openId);
  return (
    <div ref={scrollRef} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
      <ul aria-label={t('label')} className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const isClosed = row.group?.type === 'folder' && closed.has(row.group.folder.id);
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0 pb-px"
              style={{ transform: `translateY(${start}px)` }}
            >
              {row.group && <GroupHeading group={row.group} isClosed={isClosed} actions={folderActions} />}
              {row.chat && (
                <ChatRow
                  chat={row.chat}
                  isOpen={row.chat.id === openId}
                  isFiled={row.isFiled === true}
                  actions={chatActions}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Brings the chat that was opened elsewhere into view, once for each opening. */
function useShownRow(
  virtual: { scrollToIndex: (index: number, options: { align: 'auto' }) => void },
  rows: readonly ListRow[],
  openId: string | null,
): void {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (openId === shown.current) return;
    const index = rows.findIndex(({ chat }) => chat !== undefined && chat.id === openId);
    if (index === -1) return;
    shown.current = openId;
    virtual.scrollToIndex(index, { align: 'auto' });
  }, [virtual, rows, openId]);
}

function Questions({ asking, folders, onClose }: { asking: Asking; folders: Folder[]; onClose: () => void }) {
  const { t } = useTranslation('chats');
  const rename = useRenameChat();
  const createFolder = useCreateFolder();
  const renameFolder = useRenameFolder();
  if (asking === null) return null;
  if (asking.type === 'place') return <MoveDialog chat={asking.chat} folders={folders} onClose={onClose} />;
  if (asking.type === 'chat-name') {
    const { id, title } = asking.chat;
    return (
      <NameDialog
        heading={t('renameChat')}
        label={t('title')}
        action={t('rename')}
        name={title}
        onClose={onClose}
        onSave={name => rename.mutateAsync({ id, title: name })}
      />
    );
  }
  const { folder } = asking;
  return (
    <NameDialog
      heading={folder ? t('folder.rename') : t('folder.new')}
      label={t('folder.name')}
      action={folder ? t('rename') : t('folder.create')}
      name={folder?.name ?? ''}
      onClose={onClose}
      onSave={name =>
        folder ? renameFolder.mutateAsync({ id: folder.id, name }) : createFolder.mutateAsync({ name })
      }
    />
  );
}

const closedKey = 'parley.closed-folders';

function useClosedFolders(): [ReadonlySet<string>, (folder: Folder) => void] {
  const [closed, setClosed] = useState<ReadonlySet<string>>(
    () => new Set((readStored(closedKey) ?? '').split(' ').filter(Boolean)),
  );
  const toggle = ({ id }: Folder) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    writeStored(closedKey, [...next].join(' '));
    setClosed(next);
  };
  return [closed, toggle];
}
