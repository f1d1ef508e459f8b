import type { GatewayKeyStore } from '../store/gateway-key-store.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';

type KeyCalls = Extract<keyof ApiHandlers, `gateway_keys.${string}`>;

export function createKeyHandlers(
  keys: GatewayKeyStore,
  hub: Pick<EventHub, 'emit'>,
): Pick<ApiHandlers, KeyCalls> {
  const changed = <T>(value: T): T => {
    hub.emit('gateway_keys.changed', {});
    return value;
  };
  return {
    'gateway_keys.list': () => keys.list(),
    'gateway_keys.create': ({ name, ...limits }) => changed(keys.create(name, limits)),
    'gateway_keys.edit': ({ id, ...changes }) => changed(keys.edit(id, changes)),
    'gateway_keys.revoke'({ id }) {
      keys.revoke(id);
      return changed({});
    },
  };
}
