import { Answer } from './answer.tsx';
import type { ThreadItem } from './message-tree.ts';
import { Question } from './question.tsx';

export type ThreadActions = {
  onRegenerate: (id: string) => void;
  onShowSibling: (id: string) => void;
};

/** One message of a thread. */
export function ThreadRow({
  item: { message, siblings },
  actions,
}: {
  item: ThreadItem;
  actions: ThreadActions;
}) {
  return message.role === 'user' ? (
    <Question message={message} siblings={siblings} onShowSibling={actions.onShowSibling} />
  ) : (
    <Answer
      message={message}
      siblings={siblings}
      onRegenerate={actions.onRegenerate}
      onShowSibling={actions.onShowSibling}
    />
  );
}
