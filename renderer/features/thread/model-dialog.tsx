import { Command } from 'cmdk';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { groupModels } from '../model-picker/model-groups.ts';
import { useModels } from '../model-picker/use-models.ts';

type ModelDialogProps = {
  title: string;
  /** Ids that are not offered. */
  without?: readonly string[] | undefined;
  onChoose: (model: string) => void;
  onClose: () => void;
};

/** One model out of all of them, by its name. */
export function ModelDialog({ title, without, onChoose, onClose }: ModelDialogProps) {
  const { t } = useTranslation('thread');
  const models = useModels();
  const groups = groupModels((models.data?.models ?? []).filter(({ id }) => !without?.includes(id)));
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      actions={<Button onClick={onClose}>{t('models.cancel')}</Button>}
    >
      <Command label={t('models.search')} className="flex min-h-0 flex-col gap-2 text-small">
        <Command.Input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- one opens this to type a name
          autoFocus
          placeholder={t('models.search')}
          className="min-h-10 rounded-base border border-line-strong bg-transparent px-3 text-body outline-none placeholder:text-faint focus:border-focus"
        />
        <Command.List className="max-h-[min(22rem,50dvh)] scroll-py-1 overflow-y-auto">
          <Command.Empty className="px-3 py-2 text-faint">{t('models.none')}</Command.Empty>
          {groups.map(group => (
            <Command.Group key={group.backend} heading={group.backend} className="pb-1 text-faint">
              {group.items.map(model => (
                <Command.Item
                  key={model.id}
                  value={model.id}
                  keywords={[model.name]}
                  onSelect={() => {
                    onChoose(model.id);
                    onClose();
                  }}
                  className="flex min-h-8 cursor-pointer items-center rounded-base px-3 text-ink wrap-anywhere data-[selected=true]:bg-hover"
                >
                  {model.name}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}
