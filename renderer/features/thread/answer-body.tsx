import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { Citation } from '../../../electron/contract/citations.ts';
import type { Block } from '../../../electron/contract/message.ts';
import { modelLabel } from '../model-picker/model-groups.ts';
import { AnswerContent, shownBlocks, shownGrowingBlocks } from './answer-content.tsx';
import { AnswerNumbers } from './answer-numbers.tsx';
import { answerStatus } from './answer-status.ts';
import type { StatusAction } from './answer-status.ts';
import { startEditing, stopEditing, useEditing } from './editing.ts';
import { useLiveStream } from './live-context.ts';
import { MessageActions } from './message-actions.tsx';
import { MessageEditor } from './message-editor.tsx';
import { ModelDialog } from './model-dialog.tsx';
import { Sources } from './rendering/sources.tsx';
import { StatusLine } from './status-line.tsx';
import { useThreadActions } from './use-thread-actions.ts';

type AnswerBodyProps = {
  message: ChatMessage;
  siblings: string[];
  onRegenerate: (id: string) => void;
  /** Stands before the actions: the arrows between versions. */
  before?: ReactNode;
  /** Stands beside the model's name. */
  mark?: ReactNode;
};

/** One answer: who gave it, its text, how it ended, what it took, and what can be done with it. */
export function AnswerBody({ message, siblings, onRegenerate, before, mark }: AnswerBodyProps) {
  const { t } = useTranslation('thread');
  const actions = useThreadActions(message);
  const isEditing = useEditing(({ id }) => id === message.id);
  const [isChoosing, setChoosing] = useState(false);
  const live = useLiveStream(message.id);
  const isStreaming = message.status === 'streaming';
  const blocks =
    isStreaming && live ? shownGrowingBlocks(live.completion.blocks) : shownBlocks(message.content);
  const sources = useMemo(() => sourcesOf(message.content), [message.content]);
  const status = useMemo(() => answerStatus(message), [message]);
  const onAction = (action: Exclude<StatusAction, 'providers'>) => {
    if (action === 'retry') onRegenerate(message.id);
    else if (action === 'continue') actions.continueAnswer();
    else setChoosing(true);
  };
  return (
    <article
      aria-label={t('answer.label', { model: message.model ?? t('answer.unknown_model') })}
      aria-busy={isStreaming}
      className="group/answer min-w-0"
    >
      <AnswerHead message={message} mark={mark} />
      {isEditing ? (
        <MessageEditor
          text={actions.text}
          action={t('editor.save')}
          onCancel={stopEditing}
          onSave={text => {
            if (text !== actions.text) actions.edit(text);
            stopEditing();
          }}
        />
      ) : (
        <AnswerContent blocks={blocks} isStreaming={isStreaming} />
      )}
      {!isStreaming && !isEditing && <Sources citations={sources} />}
      {isStreaming && blocks.length === 0 && <WaitingDots />}
      {status && <StatusLine status={status} onAction={onAction} />}
      {!isStreaming && !isEditing && (
        <footer className="-ms-2 mt-1.5 flex min-h-8 flex-wrap items-center text-faint">
          {before}
          <MessageActions
            kind="answer"
            id={message.id}
            siblings={siblings}
            text={actions.text}
            onEdit={() => startEditing(message.id)}
            onBranch={actions.branch}
            onRemove={actions.remove}
            onRegenerate={() => onRegenerate(message.id)}
            onRegenerateWith={() => setChoosing(true)}
          />
          <span className="flex-1" />
          <AnswerNumbers message={message} />
        </footer>
      )}
      {isChoosing && (
        <ModelDialog
          title={t('models.dialog')}
          onChoose={actions.regenerateWith}
          onClose={() => setChoosing(false)}
        />
      )}
    </article>
  );
}

function sourcesOf(content: readonly Block[]): Citation[] {
  return content.flatMap(block => (block.type === 'text' ? (block.citations ?? []) : []));
}

function AnswerHead({ message, mark }: { message: ChatMessage; mark: ReactNode }) {
  const { t } = useTranslation('thread');
  const { backend, model } = modelLabel(message.model ?? '');
  return (
    <div className="mb-1.5 flex min-h-6 flex-wrap items-center gap-x-3 text-small text-faint">
      <p className="min-w-0 wrap-anywhere">
        <span className="font-medium text-soft">{model}</span>{' '}
        {backend && <span>{t('answer.on', { backend })}</span>}
        {message.edited_at !== undefined && <span> · {t('answer.edited')}</span>}
      </p>
      {mark}
    </div>
  );
}

function WaitingDots() {
  const { t } = useTranslation('thread');
  return (
    <p className="py-1 text-faint" role="img" aria-label={t('answer.waiting')}>
      <span aria-hidden className="waiting-dot inline-block size-2 rounded-full bg-accent" />
    </p>
  );
}
