import type { presetCalls } from '../contract/preset-calls.ts';
import type { Store } from '../store/open-store.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';

export function createPresetHandlers(
  presets: Store['presets'],
  hub: EventHub,
): Pick<ApiHandlers, keyof typeof presetCalls> {
  const changed = <T>(value: T): T => {
    hub.emit('presets.changed', {});
    return value;
  };
  return {
    'settings.get': ({ chat_id: chatId }) => presets.settingsOf(chatId),
    'settings.set': ({ chat_id: chatId, ...chosen }) => changed(presets.setSettings(chatId, chosen)),
    'presets.list': () => presets.listPresets(),
    'presets.save': preset => changed(presets.savePreset(preset)),
    'presets.delete'({ id }) {
      presets.deletePreset(id);
      return changed({});
    },
    'presets.restore': ({ id }) => changed(presets.restorePreset(id)),
    'presets.set_default'({ id }) {
      presets.setDefaultPreset(id);
      return changed({});
    },
    'snippets.list': () => presets.listSnippets(),
    'snippets.save': snippet => changed(presets.saveSnippet(snippet)),
    'snippets.delete'({ id }) {
      presets.deleteSnippet(id);
      return changed({});
    },
    'snippets.restore': ({ id }) => changed(presets.restoreSnippet(id)),
  };
}
