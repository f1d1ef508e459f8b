import { useTranslation } from 'react-i18next';

import type { Call } from '../../../electron/contract/calls.ts';
import type { LedgerColumn } from './ledger-columns.ts';

/** What stands in a column for a call, in the reader's language. */
export function useColumnText(): (column: LedgerColumn, call: Call) => string {
  const { t } = useTranslation('inspector');
  return (column, call) => (column.id === 'status' ? t(`status.${call.status}`) : column.text(call));
}
