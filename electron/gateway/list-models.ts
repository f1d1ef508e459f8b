import { AppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Model } from '../contract/models.ts';
import type { Engine } from '../engine/engine.ts';
import { headerValue } from './answer-headers.ts';

export type ModelsAnswer = { body: JsonObject; headers: Record<string, string> };

/** All models as `encode` writes them; backends that could not list theirs are named in `parley-warnings`. */
export async function listModels(
  engine: Pick<Engine, 'listModels'>,
  encode: (models: Model[]) => JsonObject,
): Promise<ModelsAnswer> {
  const { models, problems } = await engine.listModels({ patience_ms: 5_000 });
  const warnings = problems.map(({ backend, error }) => `${backend}: ${error.message}`).join(' | ');
  return {
    body: encode(models),
    headers: warnings === '' ? {} : { 'parley-warnings': headerValue(warnings.slice(0, 1000)) },
  };
}

/** One model by its `backend/model` name. Throws unknown_model. */
export async function findModel(engine: Pick<Engine, 'getModel'>, id: string): Promise<Model> {
  try {
    return await engine.getModel(id);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'unknown_model') throw cause;
    throw new AppError(
      'unknown_model',
      `There is no model "${id.slice(0, 200)}"; GET /v1/models lists those there are.`,
      { cause, http_status: 404 },
    );
  }
}

/** The rest of an address as it was meant. Throws invalid_request. */
export function decodeId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new AppError('invalid_request', 'The model id in the address is not properly percent-encoded.', {
      cause,
      http_status: 400,
    });
  }
}
