import { ChevronLeft, ChevronRight, RotateCcw } from 'lucide-react';
import { memo, useMemo } from 'react';
import { Link } from 'wouter';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { modelLabel } from '../model-picker/model-groups.ts';
import { AnswerContent, shownBlocks, shownGrowingBlocks } from './answer-content.tsx';
import { answerStatus } from './answer-status.ts';
import type { AnswerStatus } from './answer-status.ts';
import { useLiveStream } from './live-context.ts';
import { messageText } from './message-text.ts';
import { isSameItem } from './message-tree.ts';

type AnswerProps = {
  message: ChatMessage;
  siblings: string[];
  onRegenerate: (id: string) => void;
  onShowSibling: (id: string) => void;
};

/** One answer: who gave it, its text, how it ended, and what can be done with it. */
export const Answer = memo(function Answer({ message, siblings, onRegenerate, onShowSibling }: AnswerProps) {
  const live = useLiveStream(message.id);
  const isStreaming = message.status === 'streaming';
  const blocks =
    isStreaming && live ? shownGrowingBlocks(live.completion.blocks) : shownBlocks(message.content);
  const { backend, model } = modelLabel(message.model ?? '');
  const status = useMemo(() => answerStatus(message), [message]);
  const text = messageText(message);
  return (
    <article
      aria-label={`Answer from ${message.model ?? 'an unknown model'}`}
      aria-busy={isStreaming}
      className="group/answer"
    >
      <p className="mb-1.5 text-small text-faint">
        <span className="font-medium text-soft">{model}</span> {backend && <span>on {backend}</span>}
      </p>
      <AnswerContent blocks={blocks} isStreaming={isStreaming} />
      {isStreaming && blocks.length === 0 && <WaitingDots />}
      {status && <StatusLine status={status} onRetry={() => onRegenerate(message.id)} />}
      {!isStreaming && (
        <footer className="-ms-2 mt-1.5 flex min-h-8 items-center text-faint">
          <SiblingArrows id={message.id} siblings={siblings} onShow={onShowSibling} />
          {text !== '' && <CopyButton text={text} label="Copy answer" />}
          <IconButton label="Regenerate" onClick={() => onRegenerate(message.id)}>
            <RotateCcw aria-hidden size={16} />
          </IconButton>
        </footer>
      )}
    </article>
  );
}, isSameItem);

function WaitingDots() {
  return (
    <p className="py-1 text-faint" aria-label="Waiting for the answer">
      <span aria-hidden className="waiting-dot inline-block size-2 rounded-full bg-accent" />
    </p>
  );
}

const tones = { quiet: 'text-faint', warning: 'text-warning', error: 'text-danger' };

function StatusLine({ status, onRetry }: { status: AnswerStatus; onRetry: () => void }) {
  return (
    <div
      role={status.tone === 'error' ? 'alert' : 'status'}
      className={classNames('mt-3 flex flex-col gap-2 text-small', tones[status.tone])}
    >
      <p className="max-w-prose wrap-anywhere">{status.text}</p>
      {status.tone !== 'quiet' && (
        <p className="flex flex-wrap items-center gap-3">
          {status.actions.includes('retry') && (
            <Button onClick={onRetry} className="text-ink">
              Retry
            </Button>
          )}
          {status.actions.includes('providers') && (
            <Link href="/providers" className="font-medium text-accent underline underline-offset-2">
              Open Providers
            </Link>
          )}
        </p>
      )}
    </div>
  );
}

type SiblingArrowsProps = { id: string; siblings: string[]; onShow: (id: string) => void };

/** Steps through the replies to one message; nothing where there is only one. */
export function SiblingArrows({ id, siblings, onShow }: SiblingArrowsProps) {
  if (siblings.length < 2) return null;
  const position = siblings.indexOf(id);
  const before = siblings[position - 1];
  const after = siblings[position + 1];
  return (
    <span className="flex items-center text-small">
      <IconButton label="Earlier version" disabled={!before} onClick={() => before && onShow(before)}>
        <ChevronLeft aria-hidden size={16} />
      </IconButton>
      <span aria-label={`Version ${position + 1} of ${siblings.length}`} className="tabular-nums">
        {position + 1}/{siblings.length}
      </span>
      <IconButton label="Later version" disabled={!after} onClick={() => after && onShow(after)}>
        <ChevronRight aria-hidden size={16} />
      </IconButton>
    </span>
  );
}
