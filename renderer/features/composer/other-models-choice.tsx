import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { maxModels } from '../../../electron/contract/threads.ts';
import { IconButton } from '../../ui/button.tsx';
import { modelLabel } from '../model-picker/model-groups.ts';
import { ModelDialog } from '../thread/model-dialog.tsx';
import { addOther, removeOther, useOtherModels } from './other-models.ts';

/** Beside the model picker: up to three more models for the next question. */
export function OtherModels({ draftKey, first }: { draftKey: string; first: string | undefined }) {
  const { t } = useTranslation('thread');
  const others = useOtherModels(draftKey, first);
  const [isChoosing, setChoosing] = useState(false);
  if (first === undefined) return null;
  return (
    <>
      {others.length > 0 && (
        <ul aria-label={t('models.added')} className="flex min-w-0 flex-wrap gap-1">
          {others.map(id => (
            <li
              key={id}
              className="flex min-w-0 items-center rounded-xl bg-sunken ps-2.5 text-small"
              title={id}
            >
              <span className="max-w-32 truncate">{modelLabel(id).model}</span>
              <IconButton
                label={t('models.remove', { model: id })}
                className="min-w-7"
                onClick={() => removeOther(draftKey, id)}
              >
                <X aria-hidden size={13} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {others.length < maxModels - 1 && (
        <IconButton label={t('models.add')} onClick={() => setChoosing(true)}>
          <Plus aria-hidden size={16} />
        </IconButton>
      )}
      {isChoosing && (
        <ModelDialog
          title={t('models.add_title')}
          without={[first, ...others]}
          onChoose={id => addOther(draftKey, id)}
          onClose={() => setChoosing(false)}
        />
      )}
    </>
  );
}
