import { ArrowUp, ImagePlus, Square, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ClipboardEvent, KeyboardEvent, ReactNode } from 'react';

import type { Model } from '../../../electron/contract/models.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import type { ThreadItem } from '../thread/message-tree.ts';
import { imageTypes, isImage } from './attach-images.ts';
import type { AttachedImage } from './attach-images.ts';
import { useAttach } from './use-attach.ts';
import { useComposer } from './use-composer.ts';

type ComposerProps = {
  chatId: string | null;
  branch: ThreadItem[];
  model: Model | undefined;
  isModelComing: boolean;
  /** The model picker, which is a feature of its own. */
  picker: ReactNode;
};

const refusals = {
  streaming: 'An answer is still being written. Your text is kept until you send it.',
  'no-model': 'There is no model to ask yet. Your text is kept.',
  waiting: 'Your message goes out as soon as the models are known.',
};

/** Where messages are written. Writing is never locked; only sending waits for an answer to end. */
export function Composer({ chatId, branch, model, isModelComing, picker }: ComposerProps) {
  const composer = useComposer({ chatId, branch, model, isModelComing });
  const attach = useAttach(composer.draftKey);
  const note = composer.refusal ? refusals[composer.refusal] : visionNote(composer.images, model);

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks its candidate; 229 is how Safari and old Chrome say so.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    composer.send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const images = [...event.clipboardData.files].filter(isImage);
    if (images.length === 0) return;
    event.preventDefault();
    void attach(images);
  };

  return (
    <form
      aria-label="Composer"
      className="mx-auto w-full max-w-measure px-4 pb-3 sm:px-5 sm:pb-4"
      onSubmit={event => {
        event.preventDefault();
        composer.send();
      }}
    >
      <div className="rounded-2xl border border-line-strong bg-raised transition-colors focus-within:border-focus">
        <Thumbnails images={composer.images} onRemove={composer.removeImage} />
        <GrowingTextarea
          key={composer.draftKey}
          value={composer.text}
          onChange={composer.setText}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div className="flex items-center gap-1 px-2 pb-2">
          {picker}
          <ImageButton onFiles={files => void attach(files)} />
          <span className="flex-1" />
          {composer.isStreaming ? (
            <Button variant="primary" className="rounded-xl" onClick={composer.stop}>
              <Square aria-hidden size={13} fill="currentColor" />
              Stop
            </Button>
          ) : (
            <Button
              variant="primary"
              type="submit"
              className="rounded-xl"
              disabled={composer.isEmpty || composer.isSending}
            >
              <ArrowUp aria-hidden size={16} />
              Send
            </Button>
          )}
        </div>
      </div>
      <p role="status" className="mt-1.5 min-h-5 px-2 text-center text-small text-faint">
        {note}
      </p>
    </form>
  );
}

/** Said before sending where the model is known not to see; unknown abilities are left to the provider. */
function visionNote(images: AttachedImage[], model: Model | undefined): string {
  const isBlind = model?.input_modalities !== undefined && !model.input_modalities.includes('image');
  return images.length > 0 && isBlind ? `${model.name} does not read images.` : '';
}

type GrowingTextareaProps = {
  value: string;
  onChange: (text: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onPaste: (event: ClipboardEvent) => void;
};

function GrowingTextarea({ value, onChange, onKeyDown, onPaste }: GrowingTextareaProps) {
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = '0';
    area.style.height = `${area.scrollHeight}px`;
  }); // after every render: the value and the width decide, and both bring one
  // Mounted anew for each chat: opening one means one wants to write.
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return (
    <textarea
      ref={ref}
      aria-label="Message"
      placeholder="Write a message"
      rows={1}
      dir="auto"
      value={value}
      onChange={event => onChange(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
      data-composer
      className="block max-h-[40dvh] min-h-11 w-full resize-none overflow-y-auto bg-transparent px-4 pt-3 pb-1.5 text-reading leading-normal outline-none placeholder:text-faint"
    />
  );
}

function Thumbnails({ images, onRemove }: { images: AttachedImage[]; onRemove: (id: string) => void }) {
  if (images.length === 0) return null;
  return (
    <ul aria-label="Attached images" className="flex flex-wrap gap-2 px-3 pt-3">
      {images.map(({ id, preview, block }) => (
        <li key={id} className="relative">
          <img
            src={preview}
            alt={block.name ?? 'Attached image'}
            className="size-16 rounded-base object-cover"
          />
          <IconButton
            label={`Remove ${block.name ?? 'image'}`}
            onClick={() => onRemove(id)}
            className="absolute -end-2 -top-2 rounded-full border border-line-strong bg-raised text-ink"
          >
            <X aria-hidden size={13} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

function ImageButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label="Attach images" onClick={() => input.current?.click()}>
        <ImagePlus aria-hidden size={17} />
      </IconButton>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={imageTypes.join(',')}
        onChange={event => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = ''; // so that the same file can be picked again
        }}
      />
    </>
  );
}
