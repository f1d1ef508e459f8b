import type { ApiOutput, ApiParsedInput } from '../contract/api.ts';
import type { settingsCalls } from '../contract/settings-calls.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';

/** What the settings page reads and changes; built in the composition root. */
export type SettingsDesk = {
  network(): ApiOutput<'network.get'>;
  /** Throws config_invalid, or keychain_unavailable for a password. */
  setNetwork(settings: ApiParsedInput<'network.set'>): Promise<void>;
  testHost(host: string): Promise<ApiOutput<'network.test'>>;
  stored(): Promise<ApiOutput<'privacy.get'>>;
  erase(wanted: boolean): void;
};

export function createSettingsHandlers(
  desk: SettingsDesk,
  hub: EventHub,
): Pick<ApiHandlers, keyof typeof settingsCalls> {
  return {
    'network.get': () => desk.network(),
    async 'network.set'(settings) {
      await desk.setNetwork(settings);
      return {};
    },
    'network.test': ({ host }) => desk.testHost(host),
    'privacy.get': () => desk.stored(),
    'privacy.erase'({ wanted }) {
      desk.erase(wanted);
      hub.emit('backups.changed', {});
      return {};
    },
  };
}
