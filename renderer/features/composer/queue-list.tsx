import { Clock, Pencil, SendHorizontal, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { QueuedMessage } from '../../../electron/contract/threads.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { reportError } from '../../ui/report-error.ts';
import { MessageEditor } from '../thread/message-editor.tsx';
import { messageText } from '../thread/message-text.ts';
import { useQueue, useQueueActions } from './use-queue.ts';

/** Between the end of an answer and the next message going out; longer means that the queue is held. */
const handOverMs = 600;

/** Messages that wait, above the composer, in the order they will go out. */
export function QueueList({ chatId, last }: { chatId: string; last: ChatMessage | undefined }) {
  const { t } = useTranslation('thread');
  const queue = useQueue(chatId);
  const { resume } = useQueueActions();
  const isBusy = last?.status === 'streaming';
  const isStill = useStill(!isBusy && queue.length > 0, last?.id);
  if (queue.length === 0) return null;
  const isHeld = isStill && queue[0]?.is_held === false;
  return (
    <section aria-label={t('queue.label')} className="pb-2">
      {isHeld && (
        <div
          role="status"
          className="flex flex-wrap items-center gap-x-3 gap-y-1 pb-1.5 text-small text-warning"
        >
          <span>{t(`queue.${heldReason(last)}`)}</span>
          <Button className="text-ink" onClick={() => void resume(chatId).catch(reportError)}>
            <SendHorizontal aria-hidden size={14} className="rtl:-scale-x-100" />
            {t('queue.send_now')}
          </Button>
        </div>
      )}
      <ul className="flex max-h-[30dvh] flex-col gap-1 overflow-y-auto">
        {queue.map((message, index) => (
          <QueueRow key={message.id} message={message} isNext={index === 0} isHeld={isHeld} />
        ))}
      </ul>
    </section>
  );
}

function heldReason(last: ChatMessage | undefined): 'stopped' | 'failed' | 'restarted' {
  if (last?.status === 'cancelled') return 'stopped';
  return last?.status === 'error' ? 'failed' : 'restarted';
}

function useStill(isWaiting: boolean, lastId: string | undefined): boolean {
  const [still, setStill] = useState<string | null>(null);
  const key = lastId ?? '';
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setStill(key), handOverMs);
    return () => {
      clearTimeout(timer);
      setStill(null);
    };
  }, [isWaiting, key]);
  return isWaiting && still === key;
}

type QueueRowProps = { message: QueuedMessage; isNext: boolean; isHeld: boolean };

function QueueRow({ message, isNext, isHeld }: QueueRowProps) {
  const { t } = useTranslation('thread');
  const { change, remove } = useQueueActions();
  const { id, models } = message;
  const text = messageText(message);
  const files = message.content.filter(block => block.type === 'attachment').length;
  if (message.is_held) {
    return (
      <li>
        <MessageEditor
          text={text}
          action={t('editor.save')}
          onSave={changed => void change({ id, text: changed, is_held: false }).catch(reportError)}
          onCancel={() => void change({ id, is_held: false }).catch(reportError)}
        />
      </li>
    );
  }
  return (
    <li className="flex items-center gap-2 rounded-base bg-sunken ps-3 text-small">
      <Clock aria-hidden size={14} className="shrink-0 text-faint" />
      <span className="min-w-0 flex-1 truncate" dir="auto" title={text}>
        {text}
      </span>
      {files > 0 && <span className="shrink-0 text-faint">{t('queue.files', { count: files })}</span>}
      {models.length > 1 && (
        <span className="shrink-0 text-faint">{t('queue.several', { count: models.length })}</span>
      )}
      {!isHeld && (
        <span className="hidden shrink-0 text-faint sm:inline">
          {t(isNext ? 'queue.waiting' : 'queue.next')}
        </span>
      )}
      <IconButton
        label={t('queue.edit')}
        // Held back meanwhile, so that it does not go out half changed.
        onClick={() => void change({ id, is_held: true }).catch(reportError)}
      >
        <Pencil aria-hidden size={14} />
      </IconButton>
      <IconButton label={t('queue.remove')} onClick={() => void remove(id).catch(reportError)}>
        <X aria-hidden size={15} />
      </IconButton>
    </li>
  );
}
