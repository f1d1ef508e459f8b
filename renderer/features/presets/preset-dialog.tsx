import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Preset } from '../../../electron/contract/chat-settings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useModels } from '../model-picker/use-models.ts';
import { SettingsFields } from './settings-fields.tsx';
import { fromForm, toForm } from './settings-form.ts';
import { usePresetEdit } from './use-presets.ts';

/** A preset being made (without `id`) or edited. */
export type PresetDraft = Omit<Preset, 'id' | 'is_default'> & { id?: string };

export function PresetDialog({ preset, onClose }: { preset: PresetDraft; onClose: () => void }) {
  const { t } = useTranslation('presets');
  const [name, setName] = useState(preset.name);
  const [icon, setIcon] = useState(preset.icon);
  const [modelId, setModelId] = useState(preset.model ?? '');
  const [form, setForm] = useState(() => toForm(preset.settings));
  const { data: list } = useModels();
  const saving = usePresetEdit('presets.save');
  const formId = useId();
  const models = list?.models ?? [];
  const model = models.find(({ id }) => id === modelId);
  const { settings, problems } = fromForm(form, model);
  const canSave = settings !== null && name.trim() !== '' && !saving.isPending;
  const save = () => {
    if (!settings || !canSave) return;
    const id = preset.id === undefined ? {} : { id: preset.id };
    saving.mutate(
      { ...id, name: name.trim(), icon: icon.trim(), model: modelId === '' ? null : modelId, settings },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={preset.id === undefined ? t('new_preset') : t('edit_preset')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={!canSave}>
            {t('save')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <div className="grid grid-cols-[1fr_5rem] items-start gap-4">
          <TextField
            label={t('name')}
            value={name}
            maxLength={100}
            dir="auto"
            onChange={event => setName(event.target.value)}
          />
          <TextField
            label={t('icon')}
            value={icon}
            maxLength={16}
            placeholder="✎"
            onChange={event => setIcon(event.target.value)}
          />
        </div>
        <SelectField label={t('model')} value={modelId} onChange={event => setModelId(event.target.value)}>
          <option value="">{t('any_model')}</option>
          {modelId !== '' && !model && <option value={modelId}>{t('model_gone', { id: modelId })}</option>}
          {models.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </SelectField>
        <SettingsFields form={form} problems={problems} model={model} onChange={setForm} />
        <ErrorNote error={saving.error} />
      </form>
    </Dialog>
  );
}
