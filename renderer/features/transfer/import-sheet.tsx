import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImportPreview, ImportResult, LeftOut } from '../../../electron/contract/transfer.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ImportList } from './import-list.tsx';
import { useImport } from './use-import.ts';

/** What is in a file, before any of it is added, and what came of it. */
export function ImportSheet({ file, onClose }: { file: File; onClose: () => void }) {
  const { t } = useTranslation('transfer');
  const { step, apply } = useImport(file);
  switch (step.type) {
    case 'preview':
      return <ImportPreviewDialog preview={step.preview} onClose={onClose} onTake={ids => void apply(ids)} />;
    case 'done':
      return <ImportDone result={step.result} onClose={onClose} />;
    case 'failed':
      return (
        <Dialog
          open
          alert
          title={t('import.failed_title')}
          onClose={onClose}
          actions={<Button onClick={onClose}>{t('import.close')}</Button>}
        >
          <p className="max-w-prose">{step.reason}</p>
        </Dialog>
      );
    case 'sending':
    case 'looking':
    case 'adding':
      return (
        <Dialog
          open
          title={t('import.title')}
          onClose={onClose}
          actions={<Button onClick={onClose}>{t('import.cancel')}</Button>}
        >
          <p role="status">{t(`import.${step.type}`, { name: file.name })}</p>
          <progress
            aria-label={t('import.title')}
            className="h-1 w-full accent-accent"
            value={step.done}
            max={1}
          />
        </Dialog>
      );
  }
}

type PreviewProps = { preview: ImportPreview; onClose: () => void; onTake: (ids: string[]) => void };

export function ImportPreviewDialog({ preview, onClose, onTake }: PreviewProps) {
  const { t } = useTranslation('transfer');
  const fresh = preview.chats.filter(({ state }) => state !== 'known');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(fresh.map(({ id }) => id)));
  const isAll = chosen.size === fresh.length;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Dialog
      open
      wide
      title={t('import.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('import.cancel')}</Button>
          {fresh.length > 0 && (
            <Button variant="primary" disabled={chosen.size === 0} onClick={() => onTake([...chosen])}>
              {t('import.take', { count: chosen.size })}
            </Button>
          )}
        </>
      }
    >
      <Summary preview={preview} />
      {fresh.length === 0 ? (
        <p>{t('import.nothing_new')}</p>
      ) : (
        <label className="flex min-h-8 cursor-pointer items-center gap-2.5 font-medium">
          <input
            type="checkbox"
            className="size-4 shrink-0 accent-accent"
            checked={isAll}
            onChange={() => setChosen(new Set(isAll ? [] : fresh.map(({ id }) => id)))}
          />
          {t('import.all')}
        </label>
      )}
      <ImportList chats={preview.chats} chosen={chosen} onToggle={toggle} />
      <LeftOutList parts={preview.left_out} />
    </Dialog>
  );
}

function Summary({ preview }: { preview: ImportPreview }) {
  const { t, i18n } = useTranslation('transfer');
  const { chats, source } = preview;
  const messages = chats.reduce((sum, chat) => sum + chat.messages, 0);
  const begin = chats.map(({ created_at }) => created_at).reduce(earlier, '');
  const end = chats.map(({ updated_at }) => updated_at).reduce(later, '');
  const day = (time: string) => new Date(time).toLocaleDateString(i18n.language, { dateStyle: 'medium' });
  const parts = [
    t('import.from', { source: t(`source.${source}`) }),
    t('import.chats', { count: chats.length }),
    t('import.messages', { count: messages }),
    ...(begin === '' ? [] : [t('import.span', { from: day(begin), to: day(end) })]),
  ];
  return <p className="text-soft">{parts.join(' · ')}</p>;
}

const earlier = (one: string, other: string) => (one === '' || other < one ? other : one);
const later = (one: string, other: string) => (other > one ? other : one);

export function ImportDone({ result, onClose }: { result: ImportResult; onClose: () => void }) {
  const { t } = useTranslation('transfer');
  return (
    <Dialog
      open
      title={t('import.done_title')}
      onClose={onClose}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t('import.close')}
        </Button>
      }
    >
      <p role="status">
        {t('import.done', {
          added: result.new_chats,
          grown: result.grown_chats,
          messages: result.new_messages,
        })}
      </p>
      <LeftOutList parts={result.left_out} />
    </Dialog>
  );
}

/** What was met and not understood, with a few examples to recognise it by. */
function LeftOutList({ parts }: { parts: LeftOut[] }) {
  const { t } = useTranslation('transfer');
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (count === 0) return null;
  return (
    <details className="text-small">
      <summary className="cursor-pointer text-soft">{t('import.left_out', { count })}</summary>
      <ul className="mt-2 flex max-h-48 flex-col gap-1 overflow-y-auto">
        {parts.map(part => (
          <li key={part.kind}>
            {part.count} × {part.kind}
            {part.examples.length > 0 && (
              <span dir="auto" className="block truncate ps-4 text-faint">
                {part.examples.join(' · ')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
