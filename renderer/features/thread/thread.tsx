import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { KeptScope } from '../../ui/kept-state.ts';
import { reportError } from '../../ui/report-error.ts';
import { useForgetMessages } from './forget-messages.ts';
import { useLoadMessages } from './load-messages.ts';
import type { ThreadItem } from './message-tree.ts';
import { ToolResultsContext, isToolResultMessage, readToolResults } from './rendering/tool-results.ts';
import { ThreadRow } from './thread-row.tsx';
import { useFollowBottom } from './use-follow-bottom.ts';
import { useJumps } from './use-jumps.ts';
import { useReadyRows } from './use-ready-rows.ts';
import { useRegenerate, useShowSibling } from './use-thread.ts';
import { useVirtualThread } from './use-virtual-thread.ts';

/** The messages of one branch, oldest first. Only those around the reader are on the page. */
export function Thread({ chatId, branch: wholeBranch }: { chatId: string; branch: ThreadItem[] }) {
  const { t } = useTranslation('rendering');
  const branch = useMemo(
    () => wholeBranch.filter(({ message }) => !isToolResultMessage(message)),
    [wholeBranch],
  );
  const toolResults = useMemo(
    () => readToolResults(wholeBranch.map(({ message }) => message)),
    [wholeBranch],
  );
  const { scrollRef, contentRef, isAway, jumpToEnd } = useFollowBottom();
  const list = useVirtualThread(branch, scrollRef);
  const wanted = list.getVirtualItems().flatMap(({ index, size }) => {
    const item = branch[index];
    return item ? [{ index, size, item }] : [];
  });
  const rows = useReadyRows(wanted, list.range);
  useLoadMessages(chatId, branch, list.range);
  useForgetMessages(chatId, branch, list);
  const jumpedTo = useJumps(chatId, branch, list, scrollRef);
  const actions = useActions(chatId, jumpToEnd);
  const containerRef = useCallback(
    (element: HTMLDivElement | null) => {
      contentRef.current = element;
      list.containerRef(element);
    },
    [contentRef, list],
  );

  const lastQuestion = branch.findLast(({ message }) => message.role === 'user')?.message.id;
  return (
    <div className="relative min-h-0 flex-1">
      {/* Keyed by the newest question: sending one brings the reader to the end, wherever they were. */}
      <RunOnMount key={lastQuestion} run={jumpToEnd} />
      <div
        ref={scrollRef}
        // The list keeps the reader's place itself, and two that do would add up.
        className="h-full overflow-y-auto [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
        data-thread-scroll
      >
        <ToolResultsContext value={toolResults}>
          <div
            ref={containerRef}
            role="list"
            aria-label={t('thread.label')}
            className="relative mx-auto max-w-measure"
          >
            {rows.map(({ index, size, item }) => (
              <div
                key={item.message.id}
                // An outline is not measured: its height is a guess, which the message's own corrects.
                ref={item.message.outline === true ? undefined : list.measureElement}
                data-index={index}
                data-message={item.message.id}
                data-jumped={jumpedTo === item.message.id || undefined}
                role="listitem"
                aria-posinset={index + 1}
                aria-setsize={branch.length}
                tabIndex={-1}
                className="thread-item px-5"
                style={item.message.outline === true ? { height: size } : undefined}
              >
                {item.message.outline === true ? (
                  <p className="text-small text-faint">{t('thread.loading')}</p>
                ) : (
                  <KeptScope value={item.message.id}>
                    <ThreadRow item={item} actions={actions} />
                  </KeptScope>
                )}
              </div>
            ))}
          </div>
        </ToolResultsContext>
      </div>
      {isAway && (
        <Button
          variant="floating"
          onClick={jumpToEnd}
          className="absolute bottom-3 left-1/2 -translate-x-1/2"
        >
          <ArrowDown aria-hidden size={16} />
          {t('thread.to_end')}
        </Button>
      )}
    </div>
  );
}

function useActions(chatId: string, jumpToEnd: () => void) {
  const { mutate: regenerate } = useRegenerate(chatId);
  const { mutate: showSibling } = useShowSibling(chatId);
  const onRegenerate = useCallback(
    (id: string) => {
      regenerate({ id }, { onError: reportError });
      jumpToEnd();
    },
    [regenerate, jumpToEnd],
  );
  const onShowSibling = useCallback((id: string) => showSibling(id, { onError: reportError }), [showSibling]);
  return useMemo(() => ({ onRegenerate, onShowSibling }), [onRegenerate, onShowSibling]);
}

function RunOnMount({ run }: { run: () => void }) {
  useEffect(run, [run]);
  return null;
}
