import type { CallContext } from '../../engine/engine.ts';
import type { CallRequest } from '../answer-call.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { OpenCall } from '../open-call.ts';

/** Shows a request to whoever watches, under the id its call will have. */
export function watchReceived(
  { call_id: id }: CallContext,
  call: Pick<OpenCall, 'headers'>,
  { request, body }: CallRequest,
  { watch }: Pick<GatewayDeps, 'watch'>,
): void {
  if (id === undefined) return;
  watch?.received(id, {
    method: request.method ?? '',
    url: request.url ?? '',
    raw_headers: request.rawHeaders,
    body,
    answer_headers: call.headers,
  });
}
