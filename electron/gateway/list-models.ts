import { AppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Model } from '../contract/models.ts';
import type { Engine } from '../engine/engine.ts';
import { headerValue } from './answer-headers.ts';

type Lister = Pick<Engine, 'listModels'>;
export type ModelsAnswer = { body: JsonObject; headers: Record<string, string> };

/** All models in OpenAI's shape; backends that could not list theirs are named in `parley-warnings`. */
export async function listModels(engine: Lister): Promise<ModelsAnswer> {
  const { models, problems } = await engine.listModels({ patience_ms: 5_000 });
  const warnings = problems.map(({ backend, error }) => `${backend}: ${error.message}`).join(' | ');
  return {
    body: { object: 'list', data: models.map(encodeModel) },
    headers: warnings === '' ? {} : { 'parley-warnings': headerValue(warnings.slice(0, 1000)) },
  };
}

/** One model by its `backend/model` name, as it stands in the address. Throws unknown_model. */
export async function findModel(engine: Lister, encodedId: string): Promise<ModelsAnswer> {
  const id = decodeId(encodedId);
  const { models } = await engine.listModels({ patience_ms: 5_000 });
  const model = models.find(candidate => candidate.id === id);
  if (model) return { body: encodeModel(model), headers: {} };
  throw new AppError(
    'unknown_model',
    `There is no model "${id.slice(0, 200)}"; GET /v1/models lists those there are.`,
    { http_status: 404 },
  );
}

function encodeModel(model: Model): JsonObject {
  const released = Date.parse(model.release_date ?? '');
  return {
    id: model.id,
    object: 'model',
    created: Number.isNaN(released) ? 0 : Math.floor(released / 1000),
    owned_by: model.backend,
  };
}

function decodeId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new AppError('invalid_request', 'The model id in the address is not properly percent-encoded.', {
      cause,
      http_status: 400,
    });
  }
}
