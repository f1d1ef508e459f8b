import { useTranslation } from 'react-i18next';

import { classNames } from '../../ui/class-names.ts';
import { PresetIcon } from './preset-icon.tsx';
import { useChatSettings, useChooseForNewChat } from './use-chat-settings.ts';
import { usePresets } from './use-presets.ts';

/** Whom a new chat begins with. Nothing is shown as long as there is no preset. */
export function PresetBar() {
  const { t } = useTranslation('presets');
  const { data: presets = [] } = usePresets();
  const { chosen } = useChatSettings(null);
  const choose = useChooseForNewChat();
  if (presets.length === 0) return null;
  return (
    <div role="group" aria-label={t('presets')} className="mb-2 flex gap-1 overflow-x-auto px-1 py-0.5">
      {presets.map(preset => {
        const isChosen = preset.id === chosen.preset_id;
        return (
          <button
            key={preset.id}
            type="button"
            aria-pressed={isChosen}
            onClick={() => choose(isChosen ? null : preset)}
            className={classNames(
              'flex min-h-8 shrink-0 items-center gap-1.5 rounded-full px-3 text-small transition-colors',
              isChosen ? 'bg-accent-soft text-ink' : 'text-soft hover:bg-hover hover:text-ink',
            )}
          >
            <PresetIcon preset={preset} />
            <bdi className="max-w-40 truncate">{preset.name}</bdi>
          </button>
        );
      })}
    </div>
  );
}
