import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { AttachmentBlock } from '../../../../electron/contract/message.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { saveFile } from '../../../ui/save-file.ts';
import { attachmentBytes, attachmentText, imageUrl } from './read-attachment.ts';

type AttachmentViewerProps = { block: AttachmentBlock; name: string; onClose: () => void };

/** A file of a message, as large as the window lets it be; of documents their text. */
export function AttachmentViewer({ block, name, onClose }: AttachmentViewerProps) {
  const { t } = useTranslation('rendering');
  const image = imageUrl(block);
  const text = useMemo(() => (image === undefined ? attachmentText(block) : undefined), [block, image]);
  const save = () => {
    const bytes = attachmentBytes(block);
    if (bytes) saveFile(new Blob([bytes], { type: block.media_type }), name);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={name}
      width="full"
      actions={
        <>
          <Button onClick={save}>{t('attachment.save')}</Button>
          <Button variant="primary" onClick={onClose}>
            {t('attachment.close')}
          </Button>
        </>
      }
    >
      {image === undefined ? (
        <>
          {text !== undefined && block.media_type === 'application/pdf' && (
            <p className="text-small text-faint">{t('attachment.text_of_pdf')}</p>
          )}
          {text === undefined ? (
            <p className="text-soft">{t('attachment.no_text')}</p>
          ) : (
            <pre
              // What is longer than the window scrolls, which has to be possible with the keyboard.
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              tabIndex={0}
              dir="auto"
              className="min-h-0 overflow-y-auto rounded-base bg-sunken px-4 py-3 font-mono text-small leading-relaxed wrap-anywhere whitespace-pre-wrap"
            >
              {text}
            </pre>
          )}
        </>
      ) : (
        <img src={image} alt={name} className="min-h-0 self-center rounded-base object-contain" />
      )}
    </Dialog>
  );
}
