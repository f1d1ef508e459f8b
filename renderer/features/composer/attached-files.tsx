import { FileText, FileType, TextCursorInput, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../../ui/button.tsx';
import { formatBytes } from '../../ui/format.ts';
import type { AttachedFile } from './attach-files.ts';

type AttachedFilesProps = {
  files: AttachedFile[];
  onRemove: (id: string) => void;
  /** Puts pasted text back where it was meant to go. */
  onPutBack: (file: AttachedFile) => void;
};

/** What goes out with the message: pictures as pictures, everything else by name and size. */
export function AttachedFiles({ files, onRemove, onPutBack }: AttachedFilesProps) {
  const { t } = useTranslation('composer');
  if (files.length === 0) return null;
  return (
    <ul aria-label={t('attached')} className="flex flex-wrap gap-2 px-3 pt-3">
      {files.map(file => (
        <li key={file.id} className="relative flex max-w-full min-w-0">
          {file.preview === undefined ? (
            <FileChip file={file} onPutBack={onPutBack} />
          ) : (
            <img
              src={file.preview}
              alt={file.name || t('attached_image')}
              className="size-16 rounded-base object-cover"
            />
          )}
          <IconButton
            label={t('remove', { name: file.name || t('attached_image') })}
            onClick={() => onRemove(file.id)}
            className="absolute -end-2 -top-2 min-h-6 min-w-6 rounded-full border border-line-strong bg-raised text-ink"
          >
            <X aria-hidden size={13} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

function FileChip({ file, onPutBack }: { file: AttachedFile; onPutBack: (file: AttachedFile) => void }) {
  const { t } = useTranslation('composer');
  const Icon = file.kind === 'pdf' ? FileType : FileText;
  const { pages } = file.block;
  return (
    <span className="flex h-16 min-w-0 items-center gap-2.5 rounded-base bg-sunken px-3 text-small">
      <Icon aria-hidden size={20} strokeWidth={1.5} className="shrink-0 text-faint" />
      <span className="flex min-w-0 flex-col">
        <bdi className="max-w-56 truncate font-medium" title={file.name}>
          {file.name}
        </bdi>
        <span className="text-faint">
          {formatBytes(file.size)}
          {pages !== undefined && ` · ${t('pages', { count: pages })}`}
        </span>
      </span>
      {file.pasted !== undefined && (
        <IconButton label={t('put_back')} onClick={() => onPutBack(file)}>
          <TextCursorInput aria-hidden size={16} />
        </IconButton>
      )}
    </span>
  );
}
