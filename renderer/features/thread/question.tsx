import { memo } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { shownBlocks } from './answer-content.tsx';
import { SiblingArrows } from './answer.tsx';
import { messageText } from './message-text.ts';
import { isSameItem } from './message-tree.ts';

type QuestionProps = { message: ChatMessage; siblings: string[]; onShowSibling: (id: string) => void };

/** What the person wrote, as plain text: they did not mean markdown. */
export const Question = memo(function Question({ message, siblings, onShowSibling }: QuestionProps) {
  const text = messageText(message);
  return (
    <section aria-label="Your message" className="flex flex-col items-end gap-1.5">
      {shownBlocks(message.content).map((block, index) => {
        if (block.type === 'image') {
          return (
            <img
              // oxlint-disable-next-line react/no-array-index-key -- the content of a sent message does not change
              key={index}
              src={`data:${block.mediaType};base64,${block.data}`}
              alt={block.name}
              className="max-h-64 max-w-[80%] rounded-xl"
            />
          );
        }
        // oxlint-disable-next-line react/no-array-index-key -- the content of a sent message does not change
        return block.type === 'other' ? <p key={index}>{block.label}</p> : null;
      })}
      {text !== '' && (
        <p
          dir="auto"
          className="max-w-[88%] rounded-2xl rounded-ee-sm bg-accent-soft px-4 py-2.5 text-reading leading-relaxed wrap-anywhere whitespace-pre-wrap"
        >
          {text}
        </p>
      )}
      <SiblingArrows id={message.id} siblings={siblings} onShow={onShowSibling} />
    </section>
  );
}, isSameItem);
