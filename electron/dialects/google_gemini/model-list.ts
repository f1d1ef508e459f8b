import type { JsonObject } from '../../contract/json.ts';
import type { Model } from '../../contract/models.ts';
import { invalidField } from '../request-fields.ts';

/** Google's own limit of a page. Its default of 50 would hide models from tools that read only one. */
const maxPage = 1000;

/** One page of Google's list of models. Throws AppError `invalid_request` naming the parameter. */
export function encodeModels(models: readonly Model[], query: URLSearchParams): JsonObject {
  const size = readSize(query.get('pageSize') ?? query.get('page_size'));
  const start = readToken(query.get('pageToken') ?? query.get('page_token'));
  const end = start + size;
  return {
    models: models.slice(start, end).map(encodeModel),
    ...(end < models.length && { nextPageToken: pageToken(end) }),
  };
}

export function encodeModel(model: Model): JsonObject {
  const { id, name, context_size: context, max_output_tokens: maxOutput, reasoning } = model;
  return {
    name: `models/${id}`,
    version: '001',
    displayName: name,
    description: `${name} by ${model.backend}`,
    ...(context !== undefined && { inputTokenLimit: context }),
    ...(maxOutput !== undefined && { outputTokenLimit: maxOutput }),
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    ...(reasoning !== undefined && { thinking: reasoning }),
  };
}

/** More than the most is taken for the most, as with Google. */
function readSize(text: string | null): number {
  if (text === null || text === '' || text === '0') return maxPage;
  const size = Number(text);
  if (Number.isSafeInteger(size) && size > 0) return Math.min(size, maxPage);
  throw invalidField('pageSize', 'a whole number of 0 or more');
}

function pageToken(start: number): string {
  return Buffer.from(`parley:${start}`).toString('base64url');
}

function readToken(token: string | null): number {
  if (token === null || token === '') return 0;
  const start = /^parley:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('latin1'))?.[1];
  if (start !== undefined) return Number(start);
  throw invalidField('pageToken', 'the nextPageToken of the page before');
}
