import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChosenSettings, Preset } from '../../../electron/contract/chat-settings.ts';
import type { Model } from '../../../electron/contract/models.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { PresetDialog } from './preset-dialog.tsx';
import { SettingsFields } from './settings-fields.tsx';
import { fromForm, toForm } from './settings-form.ts';

type ChatSettingsDialogProps = {
  chosen: ChosenSettings;
  model: Model | undefined;
  presets: Preset[];
  onSave: (chosen: ChosenSettings) => Promise<unknown>;
  onClose: () => void;
};

/** What one chat tells its models, apart from the messages. */
export function ChatSettingsDialog({ chosen, model, presets, onSave, onClose }: ChatSettingsDialogProps) {
  const { t } = useTranslation('presets');
  const [form, setForm] = useState(() => toForm(chosen.settings));
  const [presetId, setPresetId] = useState(chosen.preset_id);
  const [error, setError] = useState<Error | null>(null);
  const [isNaming, setNaming] = useState(false);
  const formId = useId();
  const { settings, problems } = fromForm(form, model);

  const takePreset = (id: string) => {
    const preset = presets.find(each => each.id === id);
    setPresetId(preset?.id ?? null);
    setForm(toForm(preset?.settings ?? {}));
  };
  if (isNaming && settings) {
    const draft = { name: '', icon: '', model: model?.id ?? null, settings };
    return <PresetDialog preset={draft} onClose={() => setNaming(false)} />;
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('chat_settings')}
      actions={
        <>
          <Button
            variant="quiet"
            className="me-auto"
            disabled={settings === null}
            onClick={() => setNaming(true)}
          >
            {t('save_as_preset')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={settings === null}>
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
          if (settings) onSave({ preset_id: presetId, settings }).then(onClose, setError);
        }}
      >
        {presets.length > 0 && (
          <SelectField
            label={t('preset')}
            hint={t('preset_hint')}
            value={presetId ?? ''}
            onChange={event => takePreset(event.target.value)}
          >
            <option value="">{t('no_preset')}</option>
            {presets.map(({ id, icon, name }) => (
              <option key={id} value={id}>
                {icon} {name}
              </option>
            ))}
          </SelectField>
        )}
        <SettingsFields form={form} problems={problems} model={model} onChange={setForm} />
        <ErrorNote error={error} />
      </form>
    </Dialog>
  );
}
