import { AppError } from '../../contract/errors.ts';
import type { PassthroughRequest, RouteMatch } from '../dialect.ts';
import { scanMembers } from '../scan-json.ts';

const nothing: ReadonlySet<string> = new Set();

/** The body passes as it is: what the gateway must know stands in the address. Usage always comes. */
export function readRequest(body: Buffer, route?: RouteMatch): PassthroughRequest {
  // Only to see that it is an object.
  scanMembers(body, nothing);
  return { ...readRoute(route), edits_answer: false, rewrite: () => [body] };
}

/** Throws AppError `invalid_request` where the address names no model. */
export function readRoute(route: RouteMatch | undefined): { model: string; stream: boolean } {
  const model = route?.params['model'] ?? '';
  if (model === '') {
    throw new AppError(
      'invalid_request',
      'The address names no model: ask at /v1beta/models/{backend/model-id}:generateContent.',
      { body: { param: 'model' } },
    );
  }
  return { model, stream: route?.stream ?? false };
}
