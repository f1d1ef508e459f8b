import { lazy, Suspense } from 'react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyNote } from '../../ui/state-note.tsx';

/** A page whose code comes when it is opened, or a moment before: `preload` may be called as often as one likes. */
export type LazyPage<P extends object> = { Page: ComponentType<P>; preload: () => void };

/** Starting is for the chat; what the other pages are made of can wait until somebody wants to see them. */
export function createLazyPage<P extends object>(load: () => Promise<ComponentType<P>>): LazyPage<P> {
  const Loaded = lazy(async () => ({ default: await load().catch(() => MissingPage) }));
  return {
    // It comes from this machine: a note in its place would flash.
    Page: props => (
      <Suspense fallback={null}>
        <Loaded {...props} />
      </Suspense>
    ),
    // Where it fails, opening the page tells.
    preload: () => void load().catch(() => undefined),
  };
}

/** The files of the page that is open are gone once Parley was replaced by another version. */
function MissingPage() {
  const { t } = useTranslation('shell');
  return (
    <Page title={t('missing.title')}>
      <EmptyNote title={t('missing.reason')}>
        <Button className="mt-2" onClick={() => location.reload()}>
          {t('missing.reload')}
        </Button>
      </EmptyNote>
    </Page>
  );
}
