import { ArrowUp, Paperclip, Square } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ClipboardEvent, KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ChatSettingsButton } from '../presets/chat-settings-button.tsx';
import { FillDialog } from '../presets/fill-dialog.tsx';
import { PresetBar } from '../presets/preset-bar.tsx';
import { SnippetDialog } from '../presets/snippet-dialog.tsx';
import type { ThreadItem } from '../thread/message-tree.ts';
import { abilityNote } from './ability-notes.ts';
import { maxPastedChars } from './attach-files.ts';
import type { AttachedFile } from './attach-files.ts';
import { AttachedFiles } from './attached-files.tsx';
import { useEditLast } from './edit-last.ts';
import { replaceTrigger } from './find-trigger.ts';
import { MessageField } from './message-field.tsx';
import { SuggestionList } from './suggestion-list.tsx';
import { TokenMeter } from './token-meter.tsx';
import { useAttach, useAttachPasted } from './use-attach.ts';
import { useComposer } from './use-composer.ts';
import { isSendKey, useSendKey } from './use-send-key.ts';
import { useSnippetInsertion } from './use-snippet-insertion.ts';
import { useSuggestions } from './use-suggestions.ts';
import type { Suggestion } from './use-suggestions.ts';

type ComposerProps = {
  chatId: string | null;
  branch: ThreadItem[];
  model: Model | undefined;
  isModelComing: boolean;
  /** The model picker, which is a feature of its own. */
  picker: ReactNode;
};

/** Where messages are written. Writing is never locked; only sending waits for an answer to end. */
export function Composer({ chatId, branch, model, isModelComing, picker }: ComposerProps) {
  const { t } = useTranslation('composer');
  const composer = useComposer({ chatId, branch, model, isModelComing });
  const { draftKey, text, files, setText } = composer;
  const area = useRef<HTMLTextAreaElement>(null);
  const attach = useAttach(draftKey);
  const suggestions = useSuggestions(text, draftKey);
  const insertion = useSnippetInsertion(area, setText);
  const onPaste = usePaste(draftKey, attach);
  const [isMakingPrompt, setMakingPrompt] = useState(false);

  const choose = (item: Suggestion) => {
    const { trigger } = suggestions;
    if (!trigger) return;
    suggestions.close();
    if (item.type === 'snippet') return insertion.insert(item.snippet, trigger);
    const { text: rest, caret } = replaceTrigger(text, trigger, '');
    insertion.write(rest, caret);
    if (item.type === 'model') suggestions.chooseModel(item.id);
    else setMakingPrompt(true);
  };
  const onKeyDown = useComposerKeys({ suggestions, choose, composer, branch });
  const putBack = (file: AttachedFile) => {
    const at = area.current?.selectionStart ?? text.length;
    const pasted = file.pasted ?? '';
    composer.removeFile(file.id);
    insertion.write(text.slice(0, at) + pasted + text.slice(at), at + pasted.length);
  };
  const ability = abilityNote(files, model);
  const abilityText = ability && t(`notes.${ability}`, { model: model?.name ?? '' });

  return (
    <form
      aria-label={t('composer')}
      className="mx-auto w-full max-w-measure px-4 pb-3 sm:px-5 sm:pb-4"
      onSubmit={event => {
        event.preventDefault();
        composer.send();
      }}
    >
      {chatId === null && <PresetBar />}
      <div className="rounded-2xl border border-line-strong bg-raised transition-colors focus-within:border-focus focus-within:shadow-[0_0_0_1px_var(--focus)]">
        <AttachedFiles files={files} onRemove={composer.removeFile} onPutBack={putBack} />
        <MessageField
          key={draftKey}
          area={area}
          value={text}
          activeSuggestion={suggestions.trigger ? suggestions.active : null}
          onChange={field => {
            setText(field.value);
            suggestions.follow(field);
          }}
          onCaret={suggestions.follow}
          onBlur={suggestions.close}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {suggestions.trigger && (
          <SuggestionList
            area={area}
            start={suggestions.trigger.start}
            items={suggestions.items}
            active={suggestions.active}
            onChoose={choose}
          />
        )}
        <div className="flex items-center gap-1 px-2 pb-2">
          {picker}
          <AttachButton onFiles={picked => void attach(picked)} />
          <ChatSettingsButton chatId={chatId} model={model} />
          <span className="flex-1" />
          {composer.isStreaming && (
            <Button
              variant={composer.isEmpty ? 'primary' : 'secondary'}
              className="rounded-xl"
              onClick={composer.stop}
            >
              <Square aria-hidden size={13} fill="currentColor" />
              {t('stop')}
            </Button>
          )}
          {!(composer.isStreaming && composer.isEmpty) && (
            <Button
              variant="primary"
              type="submit"
              className="rounded-xl"
              disabled={composer.isEmpty || composer.isSending}
            >
              <ArrowUp aria-hidden size={16} />
              {t('send')}
            </Button>
          )}
        </div>
      </div>
      <div className="mt-1.5 flex min-h-5 flex-wrap items-baseline justify-end gap-x-3 px-2 text-small text-faint">
        <p role="status" className="min-w-48 flex-1">
          {composer.refusal ? t(`refused.${composer.refusal}`) : abilityText}
        </p>
        <TokenMeter text={text} files={files} branch={branch} model={model} />
      </div>
      {insertion.asked && (
        <FillDialog
          title={insertion.asked.name}
          names={insertion.asked.names}
          onFill={insertion.fill}
          onClose={insertion.cancel}
        />
      )}
      {isMakingPrompt && (
        <SnippetDialog snippet={{ name: '', text: '' }} onClose={() => setMakingPrompt(false)} />
      )}
    </form>
  );
}

type ComposerKeys = {
  suggestions: ReturnType<typeof useSuggestions>;
  choose: (item: Suggestion) => void;
  composer: ReturnType<typeof useComposer>;
  branch: ThreadItem[];
};

function useComposerKeys({ suggestions, choose, composer, branch }: ComposerKeys) {
  const sendKey = useSendKey(choice => choice.sendKey);
  const editLast = useEditLast(({ edit }) => edit);
  return (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter picks its candidate; 229 is how Safari and old Chrome say so.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const item = suggestions.trigger && suggestions.items[suggestions.active];
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (item && isPlain && moveInList(event.key, item)) return event.preventDefault();
    const last = branch.findLast(({ message }) => message.role === 'user')?.message.id;
    if (event.key === 'ArrowUp' && isPlain && composer.isEmpty && last !== undefined && editLast) {
      event.preventDefault();
      editLast(last);
    } else if (isSendKey(event, sendKey)) {
      event.preventDefault();
      composer.send();
    }
  };

  function moveInList(key: string, item: Suggestion): boolean {
    if (key === 'ArrowDown') suggestions.move(1);
    else if (key === 'ArrowUp') suggestions.move(-1);
    else if (key === 'Escape') suggestions.dismiss();
    else if (key === 'Enter' || key === 'Tab') choose(item);
    else return false;
    return true;
  }
}

/** Pasted files are attached, and so is a text so long that nobody would find their own words in it. */
function usePaste(draftKey: string, attach: (files: File[]) => Promise<void>) {
  const attachPasted = useAttachPasted(draftKey);
  return (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    const text = event.clipboardData.getData('text/plain');
    // Office programs add a picture of what is text; the text is what one means.
    if (files.length > 0 && text === '') {
      event.preventDefault();
      void attach(files);
    } else if (text.length > maxPastedChars) {
      event.preventDefault();
      void attachPasted(text);
    }
  };
}

function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useTranslation('composer');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={t('attach')} onClick={() => input.current?.click()}>
        <Paperclip aria-hidden size={17} />
      </IconButton>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        onChange={event => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = ''; // so that the same file can be picked again
        }}
      />
    </>
  );
}
