import { createLazyPage } from './features/shell/lazy-page.tsx';
import type { LazyPage } from './features/shell/lazy-page.tsx';

export const providersPage = createLazyPage(async () => {
  return (await import('./features/providers/providers-page.tsx')).ProvidersPage;
});
export const modelsPage = createLazyPage(async () => {
  return (await import('./features/models-page/models-page.tsx')).ModelsPage;
});
/** With an editor that is larger than all the rest, for those who write scripts. */
export const studioPage = createLazyPage(async () => {
  return (await import('./features/studio/studio-page.tsx')).StudioPage;
});
export const gatewayPage = createLazyPage(async () => {
  return (await import('./features/gateway/gateway-page.tsx')).GatewayPage;
});
export const connectPage = createLazyPage(async () => {
  return (await import('./features/connect/connect-page.tsx')).ConnectPage;
});
export const inspectorPage = createLazyPage(async () => {
  return (await import('./features/inspector/inspector-page.tsx')).InspectorPage;
});
export const usagePage = createLazyPage(async () => {
  return (await import('./features/usage/usage-page.tsx')).UsagePage;
});
export const settingsPage = createLazyPage(async () => {
  return (await import('./features/settings/settings-page.tsx')).SettingsPage;
});

const byAddress: Record<string, Pick<LazyPage<object>, 'preload'>> = {
  '/providers': providersPage,
  '/gateway': gatewayPage,
  '/usage': usagePage,
  '/settings': settingsPage,
};

/** Fetches the code of a page that is about to be opened. */
export function preloadPage(address: string): void {
  byAddress[address]?.preload();
}
