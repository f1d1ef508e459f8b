import { noNumbers } from '../../contract/calls.ts';
import type { CallEnd } from '../../contract/calls.ts';
import { statusOf } from '../../dialects/error-status.ts';
import type { TokenCount } from '../../engine/count-tokens.ts';
import type { CallContext } from '../../engine/engine.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { toClientError } from '../to-client-error.ts';

/** A count of tokens while it is under way. */
export type WatchedAside = { end(count: TokenCount): void; fail(error: unknown): void };

/** Shows a count to whoever watches calls: its request alone would be shown nowhere. */
export function watchAside(
  { call_id: id, client, model_asked: modelAsked, dialect_in: dialectIn }: CallContext & { call_id: string },
  { watch, now = Date.now }: Pick<GatewayDeps, 'watch' | 'now'>,
): WatchedAside {
  const begun = now();
  const startedAt = new Date(begun).toISOString();
  const known = { id, client, model_asked: modelAsked, dialect_in: dialectIn };
  watch?.aside.begin({ ...known, started_at: startedAt, backend: '', dialect_out: null });
  const end = (outcome: Partial<CallEnd> & Pick<CallEnd, 'status' | 'http_status'>): void => {
    watch?.aside.end({ ...nothing, id, duration_ms: now() - begun, ...outcome });
  };
  return {
    end: ({ target, tokens, origin }) =>
      end({
        status: 'ok',
        http_status: 200,
        backend: target.backend,
        dialect_out: target.dialect,
        input_tokens: tokens,
        tokens_origin: origin,
      }),
    fail(thrown) {
      const error = toClientError(thrown);
      const status = error.code === 'cancelled' ? 'cancelled' : 'error';
      end({ status, http_status: statusOf(error), error_code: error.code });
    },
  };
}

const nothing = {
  model_answered: null,
  error_code: null,
  ...noNumbers,
  price: null,
  first_token_ms: null,
  attempts: 0,
} as const;
