import type { CallWatch } from '../../contract/call-watch.ts';
import type { RetryConfig } from '../../contract/config.ts';
import type { AppError } from '../../contract/errors.ts';
import type { TextCounter } from '../text-counter.ts';
import type { Transport } from '../transport.ts';
import type { HealthBook } from './backend-health.ts';
import type { AccountDeps } from './call-account.ts';
import type { OpenDeps } from './open-target.ts';

export type CallDeps = AccountDeps &
  OpenDeps & {
    transport: Transport;
    /** Counts tokens where an upstream does not. */
    texts: Pick<TextCounter, 'count'>;
    /** Watches what goes to upstreams and comes from them. */
    watch?: Pick<CallWatch, 'sent'> | undefined;
    health: HealthBook;
    retry(): RetryConfig;
    /** Why nothing must be spent on this backend; `begun`: the call is among those that run already. */
    refuse?: SpendingCheck | undefined;
  };

export type SpendingCheck = (call: {
  backend: string;
  client: string;
  begun: boolean;
}) => AppError | undefined;
