import type { MenuItemConstructorOptions } from 'electron';

import { fillText } from '../contract/fill-text.ts';
import type { MenuLabels } from '../contract/menu-labels.ts';

export type TrayState = {
  /** Where the gateway is; null where it does not run. */
  address: string | null;
  isPaused: boolean;
  /** Electron's word for the key that opens quick ask. */
  accelerator: string | undefined;
};

export type TrayActions = Record<
  'open' | 'newChat' | 'quickAsk' | 'copyAddress' | 'pause' | 'resume' | 'quit',
  () => void
>;

/** What the icon beside the clock offers. */
export function trayMenu(
  state: TrayState,
  labels: MenuLabels,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const { address, isPaused, accelerator } = state;
  return [
    { label: labels.tray_open, click: actions.open },
    { label: labels.new_chat, click: actions.newChat },
    {
      label: labels.quick_ask,
      click: actions.quickAsk,
      ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
    },
    { type: 'separator' },
    { label: gatewayLine(state, labels), enabled: false },
    { label: labels.copy_address, enabled: address !== null, click: actions.copyAddress },
    isPaused
      ? { label: labels.resume_gateway, click: actions.resume }
      : { label: labels.pause_gateway, enabled: address !== null, click: actions.pause },
    { type: 'separator' },
    { label: labels.quit, click: actions.quit },
  ];
}

function gatewayLine({ address, isPaused }: TrayState, labels: MenuLabels): string {
  if (isPaused) return labels.gateway_paused;
  if (address === null) return labels.gateway_stopped;
  return fillText(labels.gateway_running, { address: address.replace('http://', '') });
}
