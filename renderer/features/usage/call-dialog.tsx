import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { callSchema } from '../../../electron/contract/calls.ts';
import type { Call } from '../../../electron/contract/calls.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { formatCost, formatTime } from '../../ui/format.ts';
import { requestJump } from '../thread/jump-to-message.ts';
import { ledgerColumns } from './ledger-columns.ts';
import { useColumnText } from './use-column-text.ts';
import { useLedgerEntry } from './use-usage.ts';

/** Everything the ledger knows of one call, and the ways to where it came from. */
export function CallDialog({ call, onClose }: { call: Call; onClose: () => void }) {
  const { t } = useTranslation('usage');
  const textOf = useColumnText();
  const entry = useLedgerEntry(call.id);
  const message = entry.data?.message;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('call_title', { time: formatTime(call.started_at) })}
      actions={
        <>
          {message && (
            <Link
              href={`/chat/${message.chat_id}`}
              onClick={() => requestJump({ chatId: message.chat_id, messageId: message.message_id })}
              className={linkLook}
            >
              {t('open_chat')}
            </Link>
          )}
          <Link href={`/inspector/${encodeURIComponent(call.id)}`} className={linkLook}>
            {t('open_inspector')}
          </Link>
          <Button onClick={onClose}>{t('close')}</Button>
        </>
      }
    >
      <Facts>
        {ledgerColumns.map(column => (
          <Fact key={column.id} name={t(column.name)}>
            <span dir="auto" className="wrap-anywhere">
              {textOf(column, call)}
            </span>
          </Fact>
        ))}
        <Fact name={t('price')}>
          <span className="wrap-anywhere">{call.price ?? t('no_price')}</span>
        </Fact>
        {call.recomputed_at !== null && (
          <Fact name={t('original')}>
            <span className="wrap-anywhere">
              {t('original_value', {
                cost: formatCost(call.original_cost_usd),
                time: formatTime(call.recomputed_at),
              })}
              {call.original_price !== null && <> · {call.original_price}</>}
            </span>
          </Fact>
        )}
        <Fact name={t('id')}>
          <span className="-my-1.5 flex items-center gap-1">
            <code className="font-mono text-small wrap-anywhere">{call.id}</code>
            <CopyButton text={JSON.stringify(inOrder(call), null, 2)} label={t('copy_json')} />
          </span>
        </Fact>
      </Facts>
    </Dialog>
  );
}

const linkLook =
  'inline-flex min-h-8 items-center rounded-base border border-line-strong px-3 py-1 text-small font-medium text-ink hover:bg-hover';

function inOrder(call: Call): Record<string, unknown> {
  return Object.fromEntries(Object.keys(callSchema.shape).map(name => [name, call[name as keyof Call]])); // its own names
}
