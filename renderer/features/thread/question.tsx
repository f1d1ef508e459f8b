import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { Block } from '../../../electron/contract/message.ts';
import { startEditing, stopEditing, useEditing } from './editing.ts';
import { MessageActions } from './message-actions.tsx';
import { MessageEditor } from './message-editor.tsx';
import { isSameItem } from './message-tree.ts';
import { Attachment } from './rendering/attachment.tsx';
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
      <Attachments content={message.content} />
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

function Attachments({ content }: { content: readonly Block[] }) {
  const files = content.flatMap(block => (block.type === 'attachment' ? [block] : []));
  if (files.length === 0) return null;
  return (
    <div className="flex max-w-[88%] flex-wrap justify-end gap-2">
      {files.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the content of a sent message does not change
        <Attachment key={index} block={block} isThumbnail />
      ))}
    </div>
  );
}

/** The first words tell the questions of a thread apart in a list of regions. */
function nameOf(label: string, text: string): string {
  const words = text.slice(0, 60).replaceAll(/\s+/g, ' ').trim();
  return words === '' ? label : `${label}: ${words}`;
}
