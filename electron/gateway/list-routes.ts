import type { IncomingHttpHeaders } from 'node:http';

import { AppError } from '../contract/errors.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { visibleModel, visibleModels } from './client-limits/admit-plan.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { decodeId, findModel, listModels } from './list-models.ts';
import { isOver } from './open-call.ts';
import type { Route } from './routes.ts';
import { sendJson } from './send-answer.ts';

/**
 * Lists of models and single models. OpenAI, Anthropic and (with old clients) Google have them on the same address and
 * are told apart by headers that only their own tools send.
 */
export function findListRoute(
  path: string,
  headers: IncomingHttpHeaders,
  deps: GatewayDeps,
): Route | undefined {
  const [, version, rest] = /^\/(v1|v1beta)\/models(?:\/(.*))?$/.exec(path) ?? [];
  if (version === undefined) return undefined;
  const dialect = askingDialect(version, headers, deps);
  const { listing } = dialect;
  if (!listing) return undefined;
  return {
    method: 'GET',
    dialect,
    open: false,
    async answer(call, { request, client }) {
      // The id itself contains slashes, encoded or not.
      const { body, headers: own } =
        rest === undefined
          ? await listModels(deps.engine, models =>
              listing.encodeModels(visibleModels(models, client, deps), queryOf(request.url)),
            )
          : {
              body: listing.encodeModel(
                visibleModel(await findModel(deps.engine, readId(rest)), client, deps),
              ),
              headers: {},
            };
      if (!isOver(call.response)) sendJson(call.response, 200, body, own);
    },
  };
}

function askingDialect(
  version: string,
  headers: IncomingHttpHeaders,
  { dialects: { openai_completions, anthropic_messages, google_gemini } }: GatewayDeps,
): Dialect {
  const isAnthropic = version === 'v1' && headers['anthropic-version'] !== undefined;
  if (isAnthropic && anthropic_messages) return anthropic_messages;
  const isGoogle = version === 'v1beta' || headers['x-goog-api-key'] !== undefined;
  return (isGoogle ? google_gemini : undefined) ?? openai_completions;
}

function readId(encoded: string): string {
  const id = decodeId(encoded);
  if (id !== '') return id;
  throw new AppError('unknown_model', 'The address names no model; GET /v1/models lists those there are.', {
    http_status: 404,
  });
}

function queryOf(url = ''): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start));
}
