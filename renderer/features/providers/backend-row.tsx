import { useState } from 'react';
import { toast } from 'sonner';

import type { BackendStatus } from '../../../electron/contract/backends.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { backendProblem, checkSentence, keyPhrase } from './backend-state.ts';
import { SaveKeyDialog } from './save-key-dialog.tsx';
import { useRemoveBackend, useTestBackend } from './use-providers.ts';

/** One backend: what it is, where its key comes from, what is wrong with it, and what can be done. */
export function BackendRow({ backend }: { backend: BackendStatus }) {
  const [open, setOpen] = useState<'key' | 'remove' | null>(null);
  const test = useTestBackend();
  const problem = backendProblem(backend);
  return (
    <li aria-label={backend.name} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 py-4">
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="flex flex-wrap items-baseline gap-x-2 font-semibold">
          {backend.name}
          <span className="text-small font-normal text-faint">{describeScript(backend)}</span>
        </h2>
        {backend.base_url !== null && (
          <p className="font-mono text-small text-soft wrap-anywhere">{backend.base_url}</p>
        )}
        <p className="mt-1 text-small text-soft">
          <span className="text-faint">Key:</span> {keyPhrase(backend)}
        </p>
        {problem !== null && <p className="mt-1 text-small text-danger wrap-anywhere">{problem}</p>}
        <TestResult test={test} />
      </div>
      <div className="flex flex-wrap gap-1.5">
        <Button onClick={() => test.mutate(backend.name)} disabled={test.isPending}>
          {test.isPending ? 'Testing…' : 'Test'}
        </Button>
        {!backend.demo && <Button onClick={() => setOpen('key')}>Set key</Button>}
        {!backend.demo && (
          <Button variant="quiet" onClick={() => setOpen('remove')}>
            Remove
          </Button>
        )}
      </div>
      {open === 'key' && <SaveKeyDialog name={backend.name} onClose={() => setOpen(null)} />}
      {open === 'remove' && <RemoveDialog name={backend.name} onClose={() => setOpen(null)} />}
    </li>
  );
}

function describeScript({ title, type, script, demo, enabled }: BackendStatus): string {
  const origin = { user: 'your script', 'built-in': 'built-in script' };
  const parts = [title || type, script === null ? 'no script' : origin[script]];
  if (demo) parts.push('demo');
  if (!enabled) parts.push('disabled');
  return parts.join(' · ');
}

function TestResult({ test }: { test: ReturnType<typeof useTestBackend> }) {
  if (test.error) {
    return (
      <p role="status" className="mt-1 text-small text-danger">
        {test.error.message}
      </p>
    );
  }
  if (!test.data) return null;
  return (
    <p
      role="status"
      className={`mt-1 text-small wrap-anywhere ${test.data.ok ? 'text-good' : 'text-danger'}`}
    >
      {checkSentence(test.data)}
    </p>
  );
}

function RemoveDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = useRemoveBackend();
  const confirm = () =>
    remove.mutate(name, {
      onSuccess: () => {
        toast(`${name} was removed.`);
        onClose();
      },
      onError: error => toast.error(error.message),
    });
  return (
    <Dialog
      open
      alert
      onClose={onClose}
      title={`Remove ${name}?`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" onClick={confirm} disabled={remove.isPending}>
            Remove
          </Button>
        </>
      }
    >
      <p className="text-soft">
        It is taken out of parley.yaml. Its script, a key in the keychain, your chats and the ledger stay.
      </p>
    </Dialog>
  );
}
