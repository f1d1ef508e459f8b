import { FileUp, Plus } from 'lucide-react';
import { useRef, useState } from 'react';

import type { ProviderInfo } from '../../../electron/contract/backends.ts';
import { Button } from '../../ui/button.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { AddBackendDialog } from './add-backend-dialog.tsx';
import { BackendRow } from './backend-row.tsx';
import { SaveKeyDialog } from './save-key-dialog.tsx';
import { useScriptQueue } from './script-queue.ts';
import { useBackends, useProviders } from './use-providers.ts';

export function ProvidersPage() {
  const backends = useBackends();
  const providers = useProviders();
  const [isAdding, setAdding] = useState(false);
  // A backend that was just added and cannot work before it gets a key.
  const [keyless, setKeyless] = useState<string | null>(null);
  const broken = providers.data?.filter(({ error }) => error !== null) ?? [];
  return (
    <Page
      title="Providers"
      lead="A backend is a provider you use: its script says how to talk to it, its key comes from the environment, the keychain or your settings."
      actions={
        <>
          <ImportButton />
          <Button variant="primary" onClick={() => setAdding(true)} disabled={!providers.data}>
            <Plus aria-hidden size={16} />
            Add backend
          </Button>
        </>
      }
    >
      <ErrorNote error={backends.error ?? providers.error} />
      {backends.isPending && <LoadingNote />}
      {backends.data?.length === 0 && (
        <EmptyNote title="No backend yet">
          Add one from the providers Parley knows, or drop a provider’s .lua file anywhere on this window.
        </EmptyNote>
      )}
      <ul aria-label="Backends" className="flex flex-col divide-y divide-line">
        {backends.data?.map(backend => (
          <BackendRow key={backend.name} backend={backend} />
        ))}
      </ul>
      <BrokenScripts scripts={broken} />
      {isAdding && (
        <AddBackendDialog
          providers={providers.data ?? []}
          taken={backends.data?.map(({ name }) => name) ?? []}
          onClose={() => setAdding(false)}
          onAdded={backend => {
            setAdding(false);
            if (backend.needs_key && !backend.key) setKeyless(backend.name);
          }}
        />
      )}
      {keyless !== null && <SaveKeyDialog name={keyless} onClose={() => setKeyless(null)} />}
    </Page>
  );
}

function ImportButton() {
  const input = useRef<HTMLInputElement>(null);
  const addFiles = useScriptQueue(({ addFiles }) => addFiles);
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        <FileUp aria-hidden size={16} />
        Import script…
      </Button>
      <input
        ref={input}
        type="file"
        accept=".lua"
        multiple
        hidden
        aria-label="Provider scripts"
        onChange={event => {
          void addFiles([...(event.target.files ?? [])]);
          event.target.value = ''; // so that a corrected file of the same name can be picked again
        }}
      />
    </>
  );
}

function BrokenScripts({ scripts }: { scripts: ProviderInfo[] }) {
  if (scripts.length === 0) return null;
  return (
    <div className="mt-10">
      <Section title="Scripts with errors">
        <ul className="flex flex-col gap-3">
          {scripts.map(({ file, type, error }) => (
            <li key={file}>
              <p className="font-medium">{type}</p>
              <p className="text-danger wrap-anywhere">{error?.message}</p>
              <p className="font-mono text-small text-faint wrap-anywhere">{file}</p>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
