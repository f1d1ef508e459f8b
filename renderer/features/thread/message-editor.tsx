import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';

type MessageEditorProps = {
  text: string;
  /** What the button that keeps the text says. */
  action: string;
  onSave: (text: string) => void;
  onCancel: () => void;
};

/** A message's text in place. Mod+Enter keeps it, Escape lets go of it. */
export function MessageEditor({ text: before, action, onSave, onCancel }: MessageEditorProps) {
  const { t } = useTranslation('thread');
  const [text, setText] = useState(before);
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = '0';
    area.current.style.height = `${area.current.scrollHeight + 2}px`;
  }); // after every render: the value and the width decide, and both bring one
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(before.length, before.length);
  }, [before]);
  const isReady = text.trim() !== '';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      // The page's own Escape stops the answer; this one is meant for the editor.
      event.stopPropagation();
      onCancel();
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && isReady) onSave(text.trim());
  };
  return (
    <form
      className="flex w-full flex-col gap-2"
      onSubmit={event => {
        event.preventDefault();
        if (isReady) onSave(text.trim());
      }}
    >
      <textarea
        ref={area}
        id={id}
        aria-label={t('editor.label')}
        dir="auto"
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="max-h-[60dvh] w-full resize-none overflow-y-auto rounded-xl border border-line-strong bg-raised px-4 py-2.5 text-reading leading-relaxed outline-none focus:border-focus"
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t('editor.cancel')}</Button>
        <Button variant="primary" type="submit" disabled={!isReady}>
          {action}
        </Button>
      </div>
    </form>
  );
}
