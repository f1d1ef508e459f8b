import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect } from 'react';
import { toast } from 'sonner';

import { Button } from '../../ui/button.tsx';
import { Answer } from './answer.tsx';
import type { ThreadItem } from './message-tree.ts';
import { Question } from './question.tsx';
import { useFollowBottom } from './use-follow-bottom.ts';
import { useGradualCount } from './use-gradual-count.ts';
import { useRegenerate, useShowSibling } from './use-thread.ts';

/** The messages of one branch, oldest first. */
export function Thread({ chatId, branch }: { chatId: string; branch: ThreadItem[] }) {
  const { scrollRef, contentRef, isAway, jumpToEnd } = useFollowBottom();
  const { mutate: regenerate } = useRegenerate(chatId);
  const { mutate: showSibling } = useShowSibling(chatId);

  const onRegenerate = useCallback(
    (id: string) => {
      regenerate({ id }, { onError: error => toast.error(error.message) });
      jumpToEnd();
    },
    [regenerate, jumpToEnd],
  );
  const onShowSibling = useCallback(
    (id: string) => showSibling(id, { onError: error => toast.error(error.message) }),
    [showSibling],
  );

  const count = useGradualCount(branch.length);
  const lastQuestion = branch.findLast(({ message }) => message.role === 'user')?.message.id;
  return (
    <div className="relative min-h-0 flex-1">
      {/* Keyed by the newest question: sending one brings the reader to the end, wherever they were. */}
      <RunOnMount key={lastQuestion} run={jumpToEnd} />
      <div
        ref={scrollRef}
        className="h-full overflow-y-auto [scrollbar-gutter:stable_both-edges]"
        data-thread-scroll
      >
        <div ref={contentRef} className="mx-auto flex max-w-measure flex-col gap-8 px-5 pt-8 pb-10">
          {branch.slice(-count).map(({ message, siblings }) => (
            <div key={message.id} className="thread-item">
              {message.role === 'user' ? (
                <Question message={message} siblings={siblings} onShowSibling={onShowSibling} />
              ) : (
                <Answer
                  message={message}
                  siblings={siblings}
                  onRegenerate={onRegenerate}
                  onShowSibling={onShowSibling}
                />
              )}
            </div>
          ))}
        </div>
      </div>
      {isAway && (
        <Button
          variant="floating"
          onClick={jumpToEnd}
          className="absolute bottom-3 left-1/2 -translate-x-1/2"
        >
          <ArrowDown aria-hidden size={16} />
          Jump to latest
        </Button>
      )}
    </div>
  );
}

function RunOnMount({ run }: { run: () => void }) {
  useEffect(run, [run]);
  return null;
}
