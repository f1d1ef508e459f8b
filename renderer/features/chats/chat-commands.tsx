import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { chatIndexOf } from '../keys/commands.ts';
import type { CommandId } from '../keys/commands.ts';
import { useCommand } from '../keys/use-command.ts';
import { messageText } from '../thread/message-text.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { useRegenerate, useStopAnswer } from '../thread/use-thread.ts';
import { reportError } from '../../ui/report-error.ts';
import { groupChats } from './chat-groups.ts';
import { useChats, useFolders } from './use-chats.ts';
import { useToday } from './use-today.ts';

const numbered = [
  'chat-1',
  'chat-2',
  'chat-3',
  'chat-4',
  'chat-5',
  'chat-6',
  'chat-7',
  'chat-8',
  'chat-9',
] as const;

/** What works on every page. */
export function PageCommands() {
  const [, navigate] = useLocation();
  const chats = useChats();
  const folders = useFolders();
  const today = useToday();
  const order = useMemo(
    () => groupChats(chats.data ?? [], folders.data ?? [], today).flatMap(group => group.chats.slice(0, 9)),
    [chats.data, folders.data, today],
  );
  useCommand('new-chat', () => {
    navigate('/chat');
    focusSoon('[data-composer]');
  });
  useCommand('settings', () => navigate('/settings'));
  useCommand('composer', () => {
    if (focusOn('[data-composer]')) return;
    navigate('/chat');
    focusSoon('[data-composer]');
  });
  useCommand('model', () => {
    const picker = '[data-model-picker]';
    const open = () => document.querySelector<HTMLElement>(picker)?.click();
    if (document.querySelector(picker)) open();
    else {
      navigate('/chat');
      setTimeout(open, 100);
    }
  });
  return numbered.map(id => {
    const chat = order[chatIndexOf(id)];
    return <Numbered key={id} id={id} onOpen={chat ? () => navigate(`/chat/${chat.id}`) : null} />;
  });
}

function Numbered({ id, onOpen }: { id: CommandId; onOpen: (() => void) | null }) {
  useCommand(id, onOpen);
  return null;
}

type ChatCommandsProps = { chatId: string; branch: ThreadItem[]; messages: readonly ChatMessage[] };

/** What works on the open chat. */
export function ChatCommands({ chatId, branch, messages }: ChatCommandsProps) {
  const { t } = useTranslation('keys');
  const { mutate: regenerate } = useRegenerate(chatId);
  const { mutate: stop } = useStopAnswer();
  const onError = reportError;
  const last = branch.findLast(({ message }) => message.role === 'assistant')?.message;
  const text = last ? messageText(last) : '';
  const streaming = messages.filter(({ status }) => status === 'streaming');

  useCommand(
    'regenerate',
    last && streaming.length === 0 ? () => regenerate({ id: last.id }, { onError }) : null,
  );
  useCommand(
    'copy-last',
    text === ''
      ? null
      : () => {
          navigator.clipboard.writeText(text).then(() => toast(t('copied')), onError);
        },
  );
  useCommand(
    'stop',
    streaming.length === 0
      ? null
      : () => {
          for (const { id } of streaming) stop(id, { onError });
        },
  );
  return null;
}

function focusOn(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  return element !== null;
}

/** After the page that was navigated to is there. */
function focusSoon(selector: string): void {
  setTimeout(() => focusOn(selector), 50);
}
