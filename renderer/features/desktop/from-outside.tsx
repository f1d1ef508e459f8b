import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useScriptQueue } from '../providers/script-queue.ts';
import { useAddressQueue, useArrivals } from './use-arrivals.ts';
import { useFetchScript } from './use-desktop.ts';
import { useToldTexts } from './use-told-texts.ts';

/** The page's ear for what is outside of it, and the sheet that asks before anything is fetched. */
export function FromOutside() {
  useArrivals();
  useToldTexts();
  const url = useAddressQueue(({ urls }) => urls[0]);
  const finishFirst = useAddressQueue(queue => queue.finishFirst);
  if (url === undefined) return null;
  return <FetchSheet key={url} url={url} onDone={finishFirst} />;
}

function FetchSheet({ url, onDone }: { url: string; onDone: () => void }) {
  const { t } = useTranslation('desktop');
  const [address, setAddress] = useState(url);
  const fetching = useFetchScript();
  const add = useScriptQueue(queue => queue.add);
  const fetchIt = () =>
    fetching.mutate(address, {
      onSuccess: found => {
        // The yes was for one address; another one is asked about again.
        if (found.type === 'moved') return setAddress(found.url);
        add([{ file_name: found.file_name, source: found.source, files: {} }]);
        onDone();
      },
    });
  return (
    <Dialog
      open
      title={t('link.title')}
      onClose={onDone}
      actions={
        <>
          <Button onClick={onDone}>{t('link.cancel')}</Button>
          <Button variant="primary" disabled={fetching.isPending} onClick={fetchIt}>
            {fetching.isPending ? t('link.fetching') : t('link.fetch')}
          </Button>
        </>
      }
    >
      <p className="max-w-prose">{t('link.lead')}</p>
      {address !== url && <p role="status">{t('link.moved')}</p>}
      <code dir="ltr" className="block rounded-base bg-sunken px-3 py-2 font-mono text-small wrap-anywhere">
        {address}
      </code>
      <ErrorNote error={fetching.error} />
    </Dialog>
  );
}
