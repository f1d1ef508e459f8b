import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { GatewayKey, ListedKey } from '../../../electron/contract/keys.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { formatCost, formatCount, formatDay, formatTime } from '../../ui/format.ts';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { BudgetBar } from './budget-bar.tsx';
import { KeyDialog, RevokeDialog } from './key-dialogs.tsx';
import { useGatewayKeys } from './use-gateway-keys.ts';

/** Keys of the tools that may use the gateway. */
export function GatewayKeys() {
  const { t } = useTranslation('gateway');
  const keys = useGatewayKeys();
  const [isCreating, setCreating] = useState(false);
  const [edited, setEdited] = useState<GatewayKey | null>(null);
  const [revoked, setRevoked] = useState<GatewayKey | null>(null);
  const active = keys.data?.filter(key => key.revoked_at === null) ?? [];
  return (
    <>
      <ErrorNote error={keys.error} />
      {keys.isPending && <LoadingNote label={t('loading')} />}
      {keys.data && active.length === 0 && (
        <EmptyNote title={t('keys.none')}>{t('keys.none_hint')}</EmptyNote>
      )}
      {active.length > 0 && (
        <ul aria-label={t('keys.list')} className="flex flex-col divide-y divide-line">
          {active.map(key => (
            <KeyRow
              key={key.id}
              listed={key}
              now={keys.dataUpdatedAt}
              onEdit={() => setEdited(key)}
              onRevoke={() => setRevoked(key)}
            />
          ))}
        </ul>
      )}
      <Button className="mt-3" onClick={() => setCreating(true)}>
        <Plus aria-hidden size={16} />
        {t('keys.create')}
      </Button>
      {isCreating && <KeyDialog edited={null} onClose={() => setCreating(false)} />}
      {edited && <KeyDialog edited={edited} onClose={() => setEdited(null)} />}
      {revoked && <RevokeDialog gatewayKey={revoked} onClose={() => setRevoked(null)} />}
    </>
  );
}

type KeyRowProps = { listed: ListedKey; now: number; onEdit: () => void; onRevoke: () => void };

function KeyRow({ listed, now, onEdit, onRevoke }: KeyRowProps) {
  const { t } = useTranslation('gateway');
  const { name, prefix, created_at: created, last_used_at: used, budget, usage } = listed;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <bdi className="font-medium wrap-anywhere">{name}</bdi>{' '}
        <code className="font-mono text-small text-faint">{prefix}…</code>
        <p className="text-small text-faint">
          {t('keys.created', { day: formatDay(created) })}{' '}
          {used === null ? t('keys.never_used') : t('keys.last_used', { time: formatTime(used) })}{' '}
          {t('keys.used', {
            count: usage.calls,
            tokens: formatCount(usage.tokens),
            cost: formatCost(usage.cost_usd),
            period: t(`keys.this_${usage.period}`),
          })}
        </p>
        <Limits listed={listed} now={now} />
        {budget && <BudgetBar name={name} budget={budget} usage={usage} now={now} />}
      </div>
      <div className="flex gap-1">
        <Button variant="quiet" aria-label={t('keys.edit_of', { name })} onClick={onEdit}>
          {t('keys.edit')}
        </Button>
        <Button variant="quiet" aria-label={t('keys.revoke_of', { name })} onClick={onRevoke}>
          {t('keys.revoke')}
        </Button>
      </div>
    </li>
  );
}

function Limits({ listed, now }: { listed: ListedKey; now: number }) {
  const { t } = useTranslation('gateway');
  const { allowed_models: models, requests_per_minute: rpm, expires_at: expires } = listed;
  if (models === null && rpm === null && expires === null) return null;
  const isOver = expires !== null && Date.parse(expires) <= now;
  return (
    <p className="text-small text-soft">
      {models !== null && (
        <>
          {t('keys.only')} <code className="font-mono wrap-anywhere">{models.join(', ')}</code>.{' '}
        </>
      )}
      {rpm !== null && <>{t('keys.rpm_is', { count: rpm })} </>}
      {expires !== null && (
        <span className={classNames(isOver && 'font-medium text-danger')}>
          {t(isOver ? 'keys.expired' : 'keys.expires_on', { day: formatTime(expires) })}
        </span>
      )}
    </p>
  );
}
