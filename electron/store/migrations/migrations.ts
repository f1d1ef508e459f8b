import { callsMigration } from './0001-calls.ts';
import { chatsMigration } from './0002-chats.ts';
import { gatewayKeysMigration } from './0003-gateway-keys.ts';
import { keyLimitsMigration } from './0004-key-limits.ts';

/** In the order they run. Only ever appended to: a database of any age has run a beginning of this list. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-calls', sql: callsMigration },
  { name: '0002-chats', sql: chatsMigration },
  { name: '0003-gateway-keys', sql: gatewayKeysMigration },
  { name: '0004-key-limits', sql: keyLimitsMigration },
];
