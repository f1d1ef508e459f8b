import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import type { Alias } from '../../../electron/contract/provider-calls.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useSaveAlias } from './use-models-page.ts';

type AliasDialogProps = { alias: Alias; models: Model[]; onClose: () => void };

/** A name, and who is asked for it in which order. */
export function AliasDialog({ alias, models, onClose }: AliasDialogProps) {
  const { t } = useTranslation('models_page');
  const [name, setName] = useState(alias.name);
  const [targets, setTargets] = useState(alias.targets.map(({ model }) => model));
  const [next, setNext] = useState('');
  const save = useSaveAlias();
  const listId = useId();
  const isNew = alias.name === '';
  // What was typed and not added yet is meant, too.
  const typed = next.trim();
  const all = typed === '' || targets.includes(typed) ? targets : [...targets, typed];
  const add = () => {
    setTargets(all);
    setNext('');
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={isNew ? t('aliases.new') : t('aliases.edit', { name: alias.name })}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            variant="primary"
            disabled={name.trim() === '' || all.length === 0 || save.isPending}
            onClick={() =>
              save.mutate(
                { name: name.trim(), targets: all, before: isNew ? null : alias.name },
                { onSuccess: onClose },
              )
            }
          >
            {t('save')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('aliases.name')}
        value={name}
        spellCheck={false}
        onChange={event => setName(event.target.value)}
        hint={t('aliases.name_hint')}
      />
      <TargetList targets={targets} onChange={setTargets} />
      <form
        className="flex items-end gap-2"
        onSubmit={event => {
          event.preventDefault();
          add();
        }}
      >
        <div className="min-w-0 flex-1">
          <TextField
            label={t('aliases.add_model')}
            list={listId}
            value={next}
            placeholder="backend/model"
            spellCheck={false}
            onChange={event => setNext(event.target.value)}
          />
        </div>
        <Button type="submit" className="min-h-9" disabled={typed === ''}>
          {t('aliases.add_target')}
        </Button>
      </form>
      <datalist id={listId}>
        {models.slice(0, 2000).map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </datalist>
      <ErrorNote error={save.error} />
    </Dialog>
  );
}

type TargetListProps = { targets: string[]; onChange: (targets: string[]) => void };

function TargetList({ targets, onChange }: TargetListProps) {
  const { t } = useTranslation('models_page');
  const move = (model: string, to: number) => {
    const others = targets.filter(each => each !== model);
    onChange([...others.slice(0, to), model, ...others.slice(to)]);
  };
  return (
    <ol aria-label={t('aliases.order')} className="flex flex-col divide-y divide-line">
      {targets.map((model, index) => (
        <li key={model} className="flex items-center gap-1 py-1">
          <code className="min-w-0 flex-1 font-mono text-small wrap-anywhere">
            {index + 1}. {model}
          </code>
          <IconButton
            label={t('aliases.up', { model })}
            disabled={index === 0}
            onClick={() => move(model, index - 1)}
          >
            <ArrowUp aria-hidden size={15} />
          </IconButton>
          <IconButton
            label={t('aliases.down', { model })}
            disabled={index === targets.length - 1}
            onClick={() => move(model, index + 1)}
          >
            <ArrowDown aria-hidden size={15} />
          </IconButton>
          <IconButton
            label={t('aliases.take_out', { model })}
            onClick={() => onChange(targets.filter(each => each !== model))}
          >
            <X aria-hidden size={15} />
          </IconButton>
        </li>
      ))}
    </ol>
  );
}
