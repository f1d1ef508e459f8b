import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { shownBlocks } from './answer-content.tsx';
import { startEditing, stopEditing, useEditing } from './editing.ts';
import { MessageActions } from './message-actions.tsx';
import { MessageEditor } from './message-editor.tsx';
import { isSameItem } from './message-tree.ts';
import { SiblingArrows } from './sibling-arrows.tsx';
import { useThreadActions } from './use-thread-actions.ts';

type QuestionProps = { message: ChatMessage; siblings: string[]; onShowSibling: (id: string) => void };

/** What the person wrote, as plain text: they did not mean markdown. */
export const Question = memo(function Question({ message, siblings, onShowSibling }: QuestionProps) {
  const { t } = useTranslation('thread');
  const actions = useThreadActions(message);
  const { text } = actions;
  const isEditing = useEditing(({ id }) => id === message.id);
  return (
    <section
      aria-label={nameOf(t('question'), text)}
      className="group/question flex flex-col items-end gap-1.5"
    >
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
      {text !== '' && !isEditing && (
        <p
          dir="auto"
          className="max-w-[88%] rounded-2xl rounded-ee-sm bg-accent-soft px-4 py-2.5 text-reading leading-relaxed wrap-anywhere whitespace-pre-wrap"
        >
          {text}
        </p>
      )}
      {isEditing ? (
        <MessageEditor
          text={text}
          action={t('editor.send')}
          onCancel={stopEditing}
          onSave={changed => {
            actions.sendAgain(changed);
            stopEditing();
          }}
        />
      ) : (
        <div className="-me-2 -mb-6 flex items-center text-faint">
          <SiblingArrows id={message.id} siblings={siblings} onShow={onShowSibling} />
          <span className="flex items-center opacity-0 transition-opacity group-hover/question:opacity-100 focus-within:opacity-100 has-[[data-popup-open]]:opacity-100 pointer-coarse:opacity-100">
            <MessageActions
              kind="question"
              id={message.id}
              siblings={siblings}
              text={text}
              onEdit={() => startEditing(message.id)}
              onBranch={actions.branch}
              onRemove={actions.remove}
            />
          </span>
        </div>
      )}
    </section>
  );
}, isSameItem);

/** The first words tell the questions of a thread apart in a list of regions. */
function nameOf(label: string, text: string): string {
  const words = text.slice(0, 60).replaceAll(/\s+/g, ' ').trim();
  return words === '' ? label : `${label}: ${words}`;
}
