import { ArrowUp, Square, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { Button, IconButton } from '../../ui/button.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { ErrorNote } from '../../ui/state-note.tsx';
import { ModelPicker } from '../model-picker/model-picker.tsx';
import { useServerEvents } from '../shell/use-server-events.ts';
import { branchOf } from '../thread/message-tree.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { useChatDetail, useThread } from '../thread/use-thread.ts';
import { QuickAnswer } from './quick-answer.tsx';
import { useQuickAsk } from './use-quick-ask.ts';

/** The small window: one field, a model, and the answer. */
export function QuickAskPage() {
  const { t } = useTranslation('desktop');
  usePageTitle(t('ask.title'));
  useServerEvents();
  const quick = useQuickAsk();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const branch = useBranch(quick.chatId);
  const last = branch.at(-1)?.message;
  const question = branch.at(-2)?.message;
  const streamingId = last?.status === 'streaming' ? last.id : null;
  useFieldFocus(field);

  const send = () => {
    if (text.trim() === '' || streamingId !== null) return;
    quick.ask(text.trim(), last?.id ?? null, () => setText(''));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onEscape = (event: KeyboardEvent) => {
    // The list of models is elsewhere in the document, and has an Escape of its own.
    const isHere = event.target instanceof Node && event.currentTarget.contains(event.target);
    if (event.key === 'Escape' && isHere) quick.hide();
  };

  return (
    // A key for the whole window: whatever has the focus in it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="flex h-full flex-col bg-paper" onKeyDown={onEscape}>
      {quick.chatId !== null && <ThreadLoader chatId={quick.chatId} />}
      <header className="flex min-h-9 shrink-0 items-center gap-2 ps-4 pe-2 pt-1.5 text-small text-faint">
        {/* By its title the window is moved; it has no frame. */}
        <h1 className="min-w-0 flex-1 truncate font-medium [-webkit-app-region:drag]">{t('ask.title')}</h1>
        {quick.chatId !== null && (
          <Button
            variant="quiet"
            onClick={() => {
              quick.again();
              field.current?.focus();
            }}
          >
            {t('ask.again')}
          </Button>
        )}
        <IconButton label={t('ask.close')} onClick={() => quick.hide()}>
          <X aria-hidden size={16} />
        </IconButton>
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-2">
        {last?.role === 'assistant' && <QuickAnswer message={last} question={question} />}
        <ErrorNote error={quick.error} />
        {!quick.model && !quick.isModelComing && <p className="text-faint">{t('ask.no_model')}</p>}
      </main>
      <form
        aria-label={t('ask.title')}
        className="shrink-0 px-3 pb-3"
        onSubmit={event => {
          event.preventDefault();
          send();
        }}
      >
        <div className="rounded-2xl border border-line-strong bg-raised focus-within:border-focus">
          <textarea
            ref={field}
            aria-label={t('ask.field')}
            placeholder={t('ask.placeholder')}
            dir="auto"
            rows={2}
            value={text}
            onChange={event => setText(event.target.value)}
            onKeyDown={onKeyDown}
            className="block max-h-32 w-full resize-none bg-transparent px-3.5 pt-2.5 text-ink outline-none placeholder:text-faint"
          />
          <div className="flex items-center gap-2 px-1.5 pb-1.5">
            <ModelPicker list={quick.list} model={quick.model} onChoose={quick.choose} />
            <span className="flex-1" />
            {quick.chatId !== null && (
              <Button variant="quiet" onClick={() => quick.open()}>
                {t('ask.open')}
              </Button>
            )}
            {streamingId === null ? (
              <Button
                type="submit"
                variant="primary"
                disabled={text.trim() === '' || !quick.model || quick.isSending}
              >
                <ArrowUp aria-hidden size={15} />
                {t('ask.send')}
              </Button>
            ) : (
              <Button onClick={() => quick.stop(streamingId)}>
                <Square aria-hidden size={13} />
                {t('ask.stop')}
              </Button>
            )}
          </div>
        </div>
      </form>
    </div>
  );
}

/** Asks for the chat and keeps it up to date. A component, because there is none to ask for at first. */
function ThreadLoader({ chatId }: { chatId: string }) {
  useThread(chatId);
  return null;
}

function useBranch(chatId: string | null): ThreadItem[] {
  const detail = useChatDetail(chatId ?? '', found => found);
  return useMemo(() => (detail ? branchOf(detail.messages, detail.chat.leaf_id) : []), [detail]);
}

/** The window is hidden and shown again: each time one can write at once. */
function useFieldFocus(field: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const focus = () => field.current?.focus();
    focus();
    window.addEventListener('focus', focus);
    return () => window.removeEventListener('focus', focus);
  }, [field]);
}
