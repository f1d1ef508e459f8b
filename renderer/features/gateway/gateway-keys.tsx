import { Plus } from 'lucide-react';
import { useId, useState } from 'react';
import { toast } from 'sonner';

import type { GatewayKey } from '../../../electron/contract/keys.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatDay } from '../../ui/format.ts';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useCreateKey, useGatewayKeys, useRevokeKey } from './use-gateway-keys.ts';

/** Keys of the tools that may use the gateway. */
export function GatewayKeys() {
  const keys = useGatewayKeys();
  const [isCreating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<GatewayKey | null>(null);
  const active = keys.data?.filter(key => key.revoked_at === null) ?? [];
  return (
    <>
      <ErrorNote error={keys.error} />
      {keys.isPending && <LoadingNote />}
      {keys.data && active.length === 0 && (
        <EmptyNote title="No key yet">
          Create one for each tool: the ledger then tells them apart, and you can shut one out alone.
        </EmptyNote>
      )}
      <ul aria-label="Gateway keys" className="flex flex-col divide-y divide-line">
        {active.map(key => (
          <li key={key.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5">
            <div className="min-w-0">
              <span className="font-medium wrap-anywhere">{key.name}</span>{' '}
              <code className="font-mono text-small text-faint">{key.prefix}…</code>
              <p className="text-small text-faint">
                Created {formatDay(key.created_at)},{' '}
                {key.last_used_at === null ? 'never used' : `last used ${formatDay(key.last_used_at)}`}
              </p>
            </div>
            <Button variant="quiet" aria-label={`Revoke ${key.name}`} onClick={() => setRevoked(key)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      <Button className="mt-3" onClick={() => setCreating(true)}>
        <Plus aria-hidden size={16} />
        Create key
      </Button>
      {isCreating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {revoked && <RevokeDialog gatewayKey={revoked} onClose={() => setRevoked(null)} />}
    </>
  );
}

function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useCreateKey();
  const formId = useId();
  if (create.data) return <NewKeyDialog name={create.data.name} secret={create.data.key} onClose={onClose} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Create a gateway key"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={name.trim() === '' || create.isPending}
          >
            Create
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={event => {
          event.preventDefault();
          create.mutate(name.trim());
        }}
      >
        <TextField
          label="Name of the tool"
          value={name}
          maxLength={100}
          placeholder="e.g. editor"
          onChange={event => setName(event.target.value)}
          hint="The ledger shows calls with this key under this name."
        />
      </form>
      <ErrorNote error={create.error} />
    </Dialog>
  );
}

function NewKeyDialog({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Key for ${name}`}
      actions={
        <>
          <CopyButton text={secret} label="Copy key" showLabel />
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <p className="text-soft">Copy it now. Parley keeps only a fingerprint and cannot show it again.</p>
      <code
        data-gateway-key
        className="rounded-base bg-sunken px-3 py-2.5 font-mono text-small break-all select-all"
      >
        {secret}
      </code>
    </Dialog>
  );
}

function RevokeDialog({ gatewayKey, onClose }: { gatewayKey: GatewayKey; onClose: () => void }) {
  const revoke = useRevokeKey();
  const confirm = () =>
    revoke.mutate(gatewayKey.id, {
      onSuccess: () => {
        toast(`The key of ${gatewayKey.name} was revoked.`);
        onClose();
      },
      onError: error => toast.error(error.message),
    });
  return (
    <Dialog
      open
      alert
      onClose={onClose}
      title={`Revoke the key of ${gatewayKey.name}?`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" onClick={confirm} disabled={revoke.isPending}>
            Revoke
          </Button>
        </>
      }
    >
      <p className="text-soft">
        Tools that use it are refused from now on. This cannot be undone; a new key can be made.
      </p>
    </Dialog>
  );
}
