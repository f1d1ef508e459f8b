import { createPortal } from 'react-dom';
import { Toaster } from 'sonner';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';

import { ChatPage } from './features/chats/chat-page.tsx';
import { GatewayPage } from './features/gateway/gateway-page.tsx';
import { ProvidersPage } from './features/providers/providers-page.tsx';
import { ScriptReviews } from './features/providers/script-review.tsx';
import { SettingsPage } from './features/settings/settings-page.tsx';
import { Navigation } from './features/shell/navigation.tsx';
import { ProblemBanner } from './features/shell/problem-banner.tsx';
import { useServerEvents } from './features/shell/use-server-events.ts';
import { useWindowDrop } from './features/shell/use-window-drop.ts';
import { UsagePage } from './features/usage/usage-page.tsx';

export function App() {
  const { isLost } = useServerEvents();
  const isFileOver = useWindowDrop();
  return (
    // The router calls it; that is how wouter takes the kind of address.
    // oxlint-disable-next-line react/hooks
    <Router hook={useHashLocation}>
      <div className="flex h-full flex-col">
        <ProblemBanner isLost={isLost} />
        <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
          <Navigation />
          <main className="min-h-0 min-w-0 flex-1">
            <Pages />
          </main>
        </div>
      </div>
      <ScriptReviews />
      {isFileOver && <DropCurtain />}
      {/* In the body, where dialogs are too: their backdrop must not cover what a toast says. */}
      {createPortal(<Toaster position="top-center" toastOptions={{ style: toastLook }} />, document.body)}
    </Router>
  );
}

function Pages() {
  return (
    <Switch>
      {/* One route for both, so that the list of chats stays as it is when a new chat gets its id. */}
      <Route path="/chat/:id?">{({ id }) => <ChatPage chatId={id ?? null} />}</Route>
      <Route path="/providers" component={ProvidersPage} />
      <Route path="/gateway" component={GatewayPage} />
      <Route path="/usage" component={UsagePage} />
      <Route path="/settings" component={SettingsPage} />
      <Route>
        <Redirect to="/chat" replace />
      </Route>
    </Switch>
  );
}

function DropCurtain() {
  return (
    <div className="pointer-events-none fixed inset-0 z-30 grid place-items-center bg-shade p-6">
      <p className="rounded-xl bg-raised px-8 py-6 text-center font-serif text-xl shadow-float">
        Drop a provider script (.lua) to review it, or images on a chat to attach them
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
