import { DirectionProvider } from '@base-ui/react/direction-provider';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';

import { usePageDirection } from '../../texts/direction.ts';
import { QuickAskPage } from './quick-ask-page.tsx';

/** What the address of quick ask's own window begins with. */
export const quickAskHash = '#/quick-ask';

/** The page in the small window, without everything around it. */
export function QuickAskApp() {
  const direction = usePageDirection();
  return (
    <DirectionProvider direction={direction}>
      {/* The router calls it; that is how wouter takes the kind of address. */}
      {/* oxlint-disable-next-line react/hooks */}
      <Router hook={useHashLocation}>
        <QuickAskPage />
      </Router>
    </DirectionProvider>
  );
}
