import { memo } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { AnswerBody } from './answer-body.tsx';
import { AnswerGroup } from './answer-group.tsx';
import { isSameItem } from './message-tree.ts';
import { SiblingArrows } from './sibling-arrows.tsx';

export type AnswerProps = {
  message: ChatMessage;
  siblings: string[];
  onRegenerate: (id: string) => void;
  onShowSibling: (id: string) => void;
};

/** One answer of the branch that is shown, with those asked side by side with it. */
export const Answer = memo(function Answer(props: AnswerProps) {
  const { message, siblings, onRegenerate, onShowSibling } = props;
  if (message.group_id !== undefined) return <AnswerGroup {...props} groupId={message.group_id} />;
  return (
    <AnswerBody
      message={message}
      siblings={siblings}
      onRegenerate={onRegenerate}
      before={<SiblingArrows id={message.id} siblings={siblings} onShow={onShowSibling} />}
    />
  );
}, isSameItem);
