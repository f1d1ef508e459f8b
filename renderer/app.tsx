import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { DirectionProvider } from '@base-ui/react/direction-provider';
import { Toaster } from 'sonner';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';

import { StartNotices } from './features/backup/start-notices.tsx';
import { PageCommands } from './features/chats/chat-commands.tsx';
import { ChatPage } from './features/chats/chat-page.tsx';
import { Palette } from './features/find/palette.tsx';
import { ConnectPage } from './features/connect/connect-page.tsx';
import { GatewayPage } from './features/gateway/gateway-page.tsx';
import { InspectorPage } from './features/inspector/inspector-page.tsx';
import { KeysDialog } from './features/keys/keys-dialog.tsx';
import { useShortcuts } from './features/keys/use-shortcuts.ts';
import { ModelsPage } from './features/models-page/models-page.tsx';
import { ProvidersPage } from './features/providers/providers-page.tsx';
import { ScriptReviews } from './features/providers/script-review.tsx';
import { SettingsPage } from './features/settings/settings-page.tsx';
import { AnswerNews } from './features/shell/answer-news.tsx';
import { Navigation } from './features/shell/navigation.tsx';
import { ProblemBanner } from './features/shell/problem-banner.tsx';
import { useServerEvents } from './features/shell/use-server-events.ts';
import { useWindowDrop } from './features/shell/use-window-drop.ts';
import { UsagePage } from './features/usage/usage-page.tsx';
import { usePageDirection } from './texts/direction.ts';

export function App() {
  const { isLost } = useServerEvents();
  const { t } = useTranslation('shell');
  const isFileOver = useWindowDrop();
  const direction = usePageDirection();
  useShortcuts();
  return (
    // Menus and popovers have to know where a line begins, too.
    <DirectionProvider direction={direction}>
      {/* The router calls it; that is how wouter takes the kind of address. */}
      {/* oxlint-disable-next-line react/hooks */}
      <Router hook={useHashLocation}>
        <div className="flex h-full flex-col">
          <ProblemBanner isLost={isLost} />
          <StartNotices />
          <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
            <Navigation />
            <main className="min-h-0 min-w-0 flex-1">
              <Pages />
            </main>
          </div>
        </div>
        <AnswerNews />
        <ScriptReviews />
        <PageCommands />
        <Palette />
        <KeysDialog />
        {isFileOver && <DropCurtain />}
        {/* In the body, where dialogs are too: their backdrop must not cover what a toast says. */}
        {createPortal(
          <Toaster
            position="top-center"
            dir={direction}
            containerAriaLabel={t('notices')}
            toastOptions={{ style: toastLook }}
          />,
          document.body,
        )}
      </Router>
    </DirectionProvider>
  );
}

function Pages() {
  return (
    <Switch>
      {/* One route for both, so that the list of chats stays as it is when a new chat gets its id. */}
      <Route path="/chat/:id?">{({ id }) => <ChatPage chatId={id ?? null} />}</Route>
      <Route path="/providers" component={ProvidersPage} />
      <Route path="/providers/models" component={ModelsPage} />
      <Route path="/gateway" component={GatewayPage} />
      <Route path="/gateway/connect" component={ConnectPage} />
      <Route path="/inspector/:id?">{({ id }) => <InspectorPage callId={id ?? null} />}</Route>
      <Route path="/usage" component={UsagePage} />
      <Route path="/settings/:page?/:section?" component={SettingsPage} />
      <Route>
        <Redirect to="/chat" replace />
      </Route>
    </Switch>
  );
}

function DropCurtain() {
  const { t } = useTranslation('shell');
  return (
    <div className="pointer-events-none fixed inset-0 z-30 grid place-items-center bg-shade p-6">
      <p className="rounded-xl bg-raised px-8 py-6 text-center font-serif text-xl shadow-float">
        {t('drop')}
      </p>
    </div>
  );
}

const toastLook = {
  background: 'var(--paper-raised)',
  border: '1px solid var(--line-strong)',
  color: 'var(--ink)',
  fontFamily: 'var(--font-sans)',
  fontSize: 'var(--size-small)',
};
