import { ArrowRight, Check, Columns2, Square } from 'lucide-react';
import { useState } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { modelLabel } from '../model-picker/model-groups.ts';
import { AnswerBody } from './answer-body.tsx';
import './answer-group.css';
import type { AnswerProps } from './answer.tsx';
import { groupMembers } from './group-members.ts';
import { SiblingArrows } from './sibling-arrows.tsx';
import { useThreadActions } from './use-thread-actions.ts';
import { useChatDetail } from './use-thread.ts';

/** Answers of several models to one question: side by side until the thread has gone on, then the chosen one. */
export function AnswerGroup(props: AnswerProps & { groupId: string }) {
  const { message, siblings, groupId, onRegenerate, onShowSibling } = props;
  const { t } = useTranslation('thread');
  const isLast = useChatDetail(message.chat_id, ({ chat }) => chat.leaf_id === message.id) ?? true;
  const [wish, setWish] = useState<boolean | null>(null);
  const isOpen = wish ?? isLast;
  const members =
    useChatDetail(message.chat_id, ({ messages }) => groupMembers(messages, groupId, message.id)) ?? [];
  const arrows = <SiblingArrows id={message.id} siblings={siblings} onShow={onShowSibling} />;
  const count = members.length;
  if (count < 2 || !isOpen) {
    return (
      <>
        <AnswerBody message={message} siblings={siblings} onRegenerate={onRegenerate} before={arrows} />
        {count > 1 && (
          <Button variant="quiet" className="-ms-2" onClick={() => setWish(true)}>
            <Columns2 aria-hidden size={15} />
            {t('group.show', { count })}
          </Button>
        )}
      </>
    );
  }
  const columns = { '--columns': count } as CSSProperties; // React knows no custom properties
  return (
    <section aria-label={t('group.label', { count })}>
      <div className="answer-group" data-columns={count} style={columns}>
        {members.map(member => (
          <Column
            key={member.id}
            message={member}
            siblings={siblings}
            isChosen={member.id === message.id}
            onRegenerate={onRegenerate}
          />
        ))}
      </div>
      {!isLast && (
        <Button variant="quiet" className="-ms-2 mt-2" onClick={() => setWish(false)}>
          {t('group.hide')}
        </Button>
      )}
    </section>
  );
}

type ColumnProps = {
  message: ChatMessage;
  siblings: string[];
  isChosen: boolean;
  onRegenerate: (id: string) => void;
};

function Column({ message, siblings, isChosen, onRegenerate }: ColumnProps) {
  const { t } = useTranslation('thread');
  const actions = useThreadActions(message);
  const { model } = modelLabel(message.model ?? '');
  const isStreaming = message.status === 'streaming';
  return (
    <AnswerBody
      message={message}
      siblings={siblings}
      onRegenerate={onRegenerate}
      mark={
        <>
          {isChosen ? (
            <span className="inline-flex min-h-8 items-center gap-1 font-medium text-accent">
              <Check aria-hidden size={14} />
              {t('group.chosen')}
            </span>
          ) : (
            <Button variant="quiet" className="-mx-2 text-accent" onClick={actions.continueWithThis}>
              {t('group.choose')}
              <ArrowRight aria-hidden size={14} className="rtl:-scale-x-100" />
            </Button>
          )}
          {isStreaming && (
            <IconButton label={t('actions.stop_one', { model })} onClick={actions.stop}>
              <Square aria-hidden size={12} fill="currentColor" />
            </IconButton>
          )}
        </>
      }
    />
  );
}
