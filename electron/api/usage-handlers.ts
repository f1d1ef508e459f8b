import type { usageCalls } from '../contract/usage-calls.ts';
import { exportLedger } from '../store/export-ledger.ts';
import type { ExportFormat } from '../store/export-ledger.ts';
import type { Store } from '../store/open-store.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';
import { createExportDesk } from './transfer/export-desk.ts';

type UsageHandlers = Pick<ApiHandlers, keyof typeof usageCalls>;

const mediaTypes: Record<ExportFormat, string> = {
  csv: 'text/csv',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};

export function createUsageHandlers(usage: Store['usage'], hub: EventHub): UsageHandlers {
  const exports = createExportDesk();
  return {
    'usage.overview': period => usage.ask('overview', period),
    'usage.days': period => usage.ask('days', period),
    'ledger.list': query => usage.ask('page', query),
    'ledger.sum': ({ filter }) => usage.ask('sum', filter),
    'ledger.get': byId => usage.ask('entry', byId),
    'ledger.names': () => usage.ask('names', {}),
    'ledger.export'({ filter, format }) {
      const day = new Date().toISOString().slice(0, 10);
      const file_name = `parley-ledger-${day}.${format}`;
      const media_type = mediaTypes[format];
      const id = exports.add({ file_name, media_type, parts: exportLedger(usage, { filter, format }) });
      return { id, file_name, media_type };
    },
    async 'ledger.export_read'({ id }) {
      const { data, is_last } = await exports.read(id);
      return { data: data.toString('base64'), is_last };
    },
    async 'ledger.export_cancel'({ id }) {
      await exports.cancel(id);
      return {};
    },
    'ledger.retention': () => ({ keep_days: usage.keepDays() }),
    'ledger.set_retention'({ keep_days }) {
      usage.setKeepDays(keep_days);
      return { keep_days };
    },
    async 'ledger.delete_all'() {
      try {
        await usage.deleteAll();
      } finally {
        hub.emit('calls.changed', {});
      }
      return {};
    },
  };
}
