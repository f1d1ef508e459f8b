import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { AnswerContent, shownBlocks, shownGrowingBlocks } from '../thread/answer-content.tsx';
import { useLiveStream } from '../thread/live-context.ts';
import { messageText } from '../thread/message-text.ts';
import { ErrorText } from '../../ui/state-note.tsx';

type QuickAnswerProps = { message: ChatMessage; question: ChatMessage | undefined };

/** The last question with its answer, as it comes. */
export function QuickAnswer({ message, question }: QuickAnswerProps) {
  const { t } = useTranslation('desktop');
  const live = useLiveStream(message.id);
  const isStreaming = message.status === 'streaming';
  const stored = useMemo(() => shownBlocks(message.content), [message.content]);
  const blocks = isStreaming && live ? shownGrowingBlocks(live.completion.blocks) : stored;
  return (
    <>
      {question && (
        <p dir="auto" className="mb-2 text-small text-soft wrap-anywhere">
          {messageText(question)}
        </p>
      )}
      <article aria-label={t('ask.answer')} aria-busy={isStreaming} className="min-w-0">
        <AnswerContent blocks={blocks} isStreaming={isStreaming} />
        {message.error && (
          <div role="alert" className="text-danger">
            <ErrorText error={message.error} />
          </div>
        )}
      </article>
    </>
  );
}
