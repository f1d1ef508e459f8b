import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import { classNames } from '../../ui/class-names.ts';
import { ChatSettingsDialog } from './chat-settings-dialog.tsx';
import { useChatSettings } from './use-chat-settings.ts';
import { usePresets } from './use-presets.ts';

/** Opens the settings of a chat, and shows that it has some. */
export function ChatSettingsButton({ chatId, model }: { chatId: string | null; model: Model | undefined }) {
  const { t } = useTranslation('presets');
  const [isOpen, setOpen] = useState(false);
  const { chosen, isReady, save } = useChatSettings(chatId);
  const presets = usePresets();
  const preset = presets.data?.find(({ id }) => id === chosen.preset_id);
  const isSet = Object.keys(chosen.settings).length > 0;
  return (
    <>
      <button
        type="button"
        aria-label={t('chat_settings')}
        title={isSet ? `${t('chat_settings')}: ${preset?.name ?? t('some_set')}` : t('chat_settings')}
        disabled={!isReady}
        onClick={() => setOpen(true)}
        className={classNames(
          'inline-flex min-h-8 min-w-8 shrink-0 items-center justify-center gap-1.5 rounded-base text-small transition-colors hover:bg-hover hover:text-ink',
          isSet ? 'px-2 text-accent' : 'text-soft',
        )}
      >
        <SlidersHorizontal aria-hidden size={16} />
        {preset && (
          <bdi className="hidden max-w-28 truncate sm:inline">
            {preset.icon} {preset.name}
          </bdi>
        )}
      </button>
      {isOpen && (
        <ChatSettingsDialog
          chosen={chosen}
          model={model}
          presets={presets.data ?? []}
          onSave={save}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
