import { Command } from 'cmdk';
import {
  Archive,
  Box,
  ChevronDown,
  Command as CommandIcon,
  FileText,
  MessageSquare,
  TextSearch,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';

import type { Chat } from '../../../electron/contract/chats.ts';
import type { SearchHit } from '../../../electron/contract/finding-calls.ts';
import { useChats } from '../chats/use-chats.ts';
import { newChatDraft } from '../composer/drafts.ts';
import { commandIds, isHiddenCommand } from '../keys/commands.ts';
import type { CommandId } from '../keys/commands.ts';
import { KeyCaps } from '../keys/key-caps.tsx';
import { useCommandNames } from '../keys/use-command-names.ts';
import { runCommand, useCommandHandlers } from '../keys/use-command.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { useModels } from '../model-picker/use-models.ts';
import { requestJump } from '../thread/jump-to-message.ts';
import { MarkedText } from './marked-text.tsx';
import { bestTitles } from './score-title.ts';
import { useMessageSearch } from './use-message-search.ts';

type GroupProps = { query: string; onDone: () => void };

export function PaletteResults({ query, onDone }: GroupProps) {
  const { t } = useTranslation('finding');
  const search = useMessageSearch(query);
  const isSearching = query !== '' && search.isFetching;
  return (
    <>
      {!isSearching && (
        <Command.Empty className="px-3 py-4 text-small text-faint">{t('palette.nothing')}</Command.Empty>
      )}
      <Chats query={query} onDone={onDone} />
      {query !== '' && (
        <>
          <Messages key={query} query={query} onDone={onDone} search={search} />
          <Models query={query} onDone={onDone} />
        </>
      )}
      <Commands query={query} onDone={onDone} />
      <Pages query={query} onDone={onDone} />
    </>
  );
}

function Chats({ query, onDone }: GroupProps) {
  const { t } = useTranslation('finding');
  const chats = useChats();
  const [, navigate] = useLocation();
  const shown = useMemo(() => {
    const all = chats.data ?? [];
    if (query === '') return all.filter(chat => chat.archived_at === null).slice(0, 7);
    return bestTitles(query, all, ({ title }) => title, 7);
  }, [chats.data, query]);
  const open = (chat: Chat) => {
    onDone();
    navigate(`/chat/${chat.id}`);
  };
  return (
    <Group name={query === '' ? t('groups.recent') : t('groups.chats')} isEmpty={shown.length === 0}>
      {shown.map(chat => (
        <Item
          key={chat.id}
          value={`chat ${chat.id}`}
          icon={
            chat.archived_at === null ? (
              <MessageSquare aria-hidden size={15} />
            ) : (
              <Archive aria-hidden size={15} />
            )
          }
          onSelect={() => open(chat)}
        >
          <span dir="auto" className="truncate">
            {chat.title || t('untitled')}
          </span>
        </Item>
      ))}
    </Group>
  );
}

/** Messages shown before somebody asks for more: models and commands should not lie too far below. */
const fewMessages = 6;

function Messages({ query, onDone, search }: GroupProps & { search: ReturnType<typeof useMessageSearch> }) {
  const { t } = useTranslation('finding');
  const [, navigate] = useLocation();
  const [isAll, setAll] = useState(false);
  const hits = search.data?.hits ?? [];
  const waiting = search.data?.waiting ?? 0;
  const open = (hit: SearchHit) => {
    onDone();
    navigate(`/chat/${hit.chat_id}`);
    requestJump({ chatId: hit.chat_id, messageId: hit.message_id, query });
  };
  return (
    <>
      <Group name={t('groups.messages')} isEmpty={hits.length === 0}>
        {hits.slice(0, isAll ? undefined : fewMessages).map(hit => (
          <Item
            key={hit.message_id}
            value={`message ${hit.message_id}`}
            icon={<TextSearch aria-hidden size={15} />}
            onSelect={() => open(hit)}
          >
            <span className="min-w-0 flex-1">
              <span dir="auto" className="line-clamp-2 wrap-anywhere">
                <MarkedText text={hit.excerpt} marks={hit.marks} />
              </span>
              <span dir="auto" className="block truncate text-small text-faint">
                {hit.chat_title || t('untitled')} · {t(`role.${hit.role}`)}
              </span>
            </span>
          </Item>
        ))}
        {!isAll && hits.length > fewMessages && (
          <Item
            value="more messages"
            icon={<ChevronDown aria-hidden size={15} />}
            onSelect={() => setAll(true)}
          >
            <span className="text-soft">{t('palette.more')}</span>
          </Item>
        )}
      </Group>
      {waiting > 0 && (
        <p className="px-3 py-1 text-small text-faint">{t('palette.waiting', { count: waiting })}</p>
      )}
    </>
  );
}

function Models({ query, onDone }: GroupProps) {
  const { t } = useTranslation('finding');
  const models = useModels();
  const choose = useModelChoice(state => state.choose);
  const [location, navigate] = useLocation();
  const openId = /^\/chat\/(.+)$/.exec(location)?.[1];
  const shown = useMemo(
    () => bestTitles(query, models.data?.models ?? [], ({ id, name }) => `${name} ${id}`, 6),
    [models.data, query],
  );
  const use = (id: string) => {
    onDone();
    choose(openId ?? newChatDraft, id);
    if (openId === undefined) navigate('/chat');
  };
  return (
    <Group
      name={openId === undefined ? t('groups.newWith') : t('groups.goOnWith')}
      isEmpty={shown.length === 0}
    >
      {shown.map(model => (
        <Item
          key={model.id}
          value={`model ${model.id}`}
          icon={<Box aria-hidden size={15} />}
          onSelect={() => use(model.id)}
        >
          <span className="truncate">{model.name}</span>
          <span className="ms-auto shrink-0 text-small text-faint">{model.backend}</span>
        </Item>
      ))}
    </Group>
  );
}

function Commands({ query, onDone }: GroupProps) {
  const { t } = useTranslation('finding');
  const nameOf = useCommandNames();
  const handlers = useCommandHandlers(state => state.handlers);
  const usable = commandIds.filter(id => handlers.has(id) && !isHiddenCommand(id));
  const shown = query === '' ? usable : bestTitles(query, usable, nameOf, 6);
  const run = (id: CommandId) => {
    onDone();
    // Once the dialog has gone and has given the focus back: some commands move it.
    setTimeout(() => runCommand(id), 60);
  };
  return (
    <Group name={t('groups.commands')} isEmpty={shown.length === 0}>
      {shown.map(id => (
        <Item
          key={id}
          value={`command ${id}`}
          icon={<CommandIcon aria-hidden size={15} />}
          onSelect={() => run(id)}
        >
          <span className="min-w-0 flex-1 truncate">{nameOf(id)}</span>
          <KeyCaps id={id} />
        </Item>
      ))}
    </Group>
  );
}

const pages = ['providers', 'gateway', 'usage', 'settings'] as const;

function Pages({ query, onDone }: GroupProps) {
  const { t } = useTranslation(['finding', 'shell']);
  const [, navigate] = useLocation();
  const nameOf = (page: (typeof pages)[number]) => t(`shell:pages.${page}`);
  const words = (page: (typeof pages)[number]) => `${nameOf(page)} ${t(`finding:pageWords.${page}`)}`;
  const shown = query === '' ? pages : bestTitles(query, pages, words, pages.length);
  return (
    <Group name={t('finding:groups.pages')} isEmpty={shown.length === 0}>
      {shown.map(page => (
        <Item
          key={page}
          value={`page ${page}`}
          icon={<FileText aria-hidden size={15} />}
          onSelect={() => {
            onDone();
            navigate(`/${page}`);
          }}
        >
          <span>{nameOf(page)}</span>
          <span className="truncate text-small text-faint">{t(`finding:pageWords.${page}`)}</span>
          {page === 'settings' && (
            <span className="ms-auto">
              <KeyCaps id="settings" />
            </span>
          )}
        </Item>
      ))}
    </Group>
  );
}

function Group({ name, isEmpty, children }: { name: string; isEmpty: boolean; children: ReactNode }) {
  if (isEmpty) return null;
  return (
    <Command.Group
      heading={name}
      className="pt-2 [&>[cmdk-group-heading]]:px-3 [&>[cmdk-group-heading]]:pb-1 [&>[cmdk-group-heading]]:text-small [&>[cmdk-group-heading]]:font-medium [&>[cmdk-group-heading]]:text-faint"
    >
      {children}
    </Command.Group>
  );
}

type ItemProps = { value: string; icon: ReactNode; onSelect: () => void; children: ReactNode };

function Item({ value, icon, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-base px-3 py-1.5 select-none data-[selected=true]:bg-hover"
    >
      <span className="shrink-0 text-faint">{icon}</span>
      {children}
    </Command.Item>
  );
}
