import { FileText, FileType } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AttachmentBlock } from '../../../../electron/contract/message.ts';
import { classNames } from '../../../ui/class-names.ts';
import { AttachmentViewer } from './attachment-viewer.tsx';
import { imageUrl } from './read-attachment.ts';

type AttachmentProps = {
  block: AttachmentBlock;
  /** Beside a question pictures are thumbnails; in an answer they are what was asked for. */
  isThumbnail?: boolean;
};

/** A file of a message: a picture as such, everything else by its name. A click opens it. */
export function Attachment({ block, isThumbnail = false }: AttachmentProps) {
  const { t } = useTranslation('rendering');
  const [isOpen, setOpen] = useState(false);
  const image = imageUrl(block);
  const name = block.name || t(image === undefined ? 'attachment.unnamed' : 'image.unnamed');
  if (block.source.type === 'url') {
    return (
      <p className="text-small text-faint" dir="auto">
        {name}
      </p>
    );
  }
  return (
    <>
      <button
        type="button"
        aria-label={t('attachment.open', { name })}
        aria-haspopup="dialog"
        className={classNames('max-w-full rounded-xl', image !== undefined && 'cursor-zoom-in')}
        onClick={() => setOpen(true)}
      >
        {image === undefined ? (
          <FileFacts block={block} name={name} />
        ) : (
          <img
            src={image}
            alt=""
            className={
              isThumbnail ? 'h-28 max-w-full rounded-xl object-cover' : 'max-h-96 max-w-full rounded-base'
            }
          />
        )}
      </button>
      {isOpen && <AttachmentViewer block={block} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}

function FileFacts({ block, name }: { block: AttachmentBlock; name: string }) {
  const { t } = useTranslation('rendering');
  const { pages } = block;
  const Icon = block.media_type === 'application/pdf' ? FileType : FileText;
  return (
    <span className="flex items-center gap-2.5 rounded-xl bg-sunken px-3.5 py-2.5 text-start text-small hover:bg-hover">
      <Icon aria-hidden size={18} strokeWidth={1.5} className="shrink-0 text-faint" />
      <bdi className="min-w-0 truncate font-medium">{name}</bdi>
      {pages !== undefined && (
        <span className="shrink-0 text-faint">{t('attachment.pages', { count: pages })}</span>
      )}
    </span>
  );
}
