import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { DirectionProvider } from '@base-ui/react/direction-provider';
import { Toaster } from 'sonner';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';

import { StartNotices } from './features/backup/start-notices.tsx';
import { PageCommands } from './features/chats/chat-commands.tsx';
import { ChatPage } from './features/chats/chat-page.tsx';
import { FromOutside } from './features/desktop/from-outside.tsx';
import { Palette } from './features/find/palette.tsx';
import { KeysDialog } from './features/keys/keys-dialog.tsx';
import { useShortcuts } from './features/keys/use-shortcuts.ts';
import { ScriptReviews } from './features/providers/script-review.tsx';
import { UpdateNotice } from './features/settings/update-notice.tsx';
import { AnswerNews } from './features/shell/answer-news.tsx';
import { Navigation } from './features/shell/navigation.tsx';
import { ProblemBanner } from './features/shell/problem-banner.tsx';
import { useServerEvents } from './features/shell/use-server-events.ts';
import { useWindowDrop } from './features/shell/use-window-drop.ts';
import { Notices } from './features/usage/notices.tsx';
import {
  connectPage,
  gatewayPage,
  inspectorPage,
  modelsPage,
  preloadPage,
  providersPage,
  settingsPage,
  studioPage,
  usagePage,
} from './pages.ts';
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
          <UpdateNotice />
          <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
            <Navigation onApproach={preloadPage} />
            <main className="min-h-0 min-w-0 flex-1">
              <Pages />
            </main>
          </div>
        </div>
        <AnswerNews />
        <Notices />
        <ScriptReviews />
        <PageCommands />
        <FromOutside />
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
      <Route path="/providers" component={providersPage.Page} />
      <Route path="/providers/models" component={modelsPage.Page} />
      <Route path="/providers/studio/:type">{({ type }) => <studioPage.Page key={type} type={type} />}</Route>
      <Route path="/gateway" component={gatewayPage.Page} />
      <Route path="/gateway/connect" component={connectPage.Page} />
      <Route path="/inspector/:id?">{({ id }) => <inspectorPage.Page callId={id ?? null} />}</Route>
      <Route path="/usage/:tab?" component={usagePage.Page} />
      <Route path="/settings/:page?/:section?" component={settingsPage.Page} />
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
