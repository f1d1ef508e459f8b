import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';

import type { JsonObject } from '../../contract/json.ts';
import type { Model } from '../../contract/models.ts';
import { invalidField } from '../request-fields.ts';
import type { Wire } from '../wire.ts';

/** Anthropic's own limit of a page. Its default of 20 would hide most models from tools that read only one. */
const maxPage = 1000;

/** One page of Anthropic's list of models. Throws AppError `invalid_request` naming the parameter. */
export function encodeModels(models: readonly Model[], query: URLSearchParams): JsonObject {
  const limit = readLimit(query.get('limit'));
  const from = readCursor(models, query, 'after_id');
  const to = readCursor(models, query, 'before_id');
  const start = to === undefined ? (from ?? -1) + 1 : Math.max(0, to - limit);
  const page = models.slice(start, to ?? start + limit);
  return {
    data: page.map(encodeModel),
    has_more: to === undefined ? start + limit < models.length : start > 0,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

export function encodeModel(model: Model): JsonObject {
  const released = Date.parse(model.release_date ?? '');
  return {
    type: 'model',
    id: model.id,
    display_name: model.name,
    // Anthropic's word for a date that is not known is the beginning of 1970.
    created_at: new Date(Number.isNaN(released) ? 0 : released).toISOString(),
    max_input_tokens: model.context_size ?? null,
    max_tokens: model.max_output_tokens ?? null,
    capabilities: null,
    lifecycle: 'active',
    line: null,
    deprecated_at: null,
    retires_at: null,
  } satisfies Wire<ModelInfo>;
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return maxPage;
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= maxPage) return limit;
  throw invalidField('limit', `a number from 1 to ${maxPage}`);
}

/** Position of the model a page begins behind or ends before. */
function readCursor(
  models: readonly Model[],
  query: URLSearchParams,
  name: 'after_id' | 'before_id',
): number | undefined {
  const id = query.get(name);
  if (id === null || id === '') return undefined;
  const position = models.findIndex(model => model.id === id);
  if (position !== -1) return position;
  throw invalidField(name, 'the id of a model of this list');
}
