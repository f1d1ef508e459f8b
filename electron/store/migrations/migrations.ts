import { callsMigration } from './0001-calls.ts';
import { chatsMigration } from './0002-chats.ts';
import { gatewayKeysMigration } from './0003-gateway-keys.ts';
import { keyLimitsMigration } from './0004-key-limits.ts';
import { threadsMigration } from './0005-threads.ts';
import { findingMigration } from './0006-finding.ts';
import { presetsMigration } from './0007-presets.ts';
import { transferMigration } from './0008-transfer.ts';
import { usageMigration } from './0009-usage.ts';
import { costsMigration } from './0010-costs.ts';
import { cheapRowsMigration } from './0011-cheap-rows.ts';

/** In the order they run. Only ever appended to: a database of any age has run a beginning of this list. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-calls', sql: callsMigration },
  { name: '0002-chats', sql: chatsMigration },
  { name: '0003-gateway-keys', sql: gatewayKeysMigration },
  { name: '0004-key-limits', sql: keyLimitsMigration },
  { name: '0005-threads', sql: threadsMigration },
  { name: '0006-finding', sql: findingMigration },
  { name: '0007-presets', sql: presetsMigration },
  { name: '0008-transfer', sql: transferMigration },
  { name: '0009-usage', sql: usageMigration },
  { name: '0010-costs', sql: costsMigration },
  { name: '0011-cheap-rows', sql: cheapRowsMigration },
];
