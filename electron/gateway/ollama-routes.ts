import { AppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Model } from '../contract/models.ts';
import {
  encodeModel,
  encodeModels,
  encodeRunning,
  ollamaVersion,
} from '../dialects/ollama_chat/model-list.ts';
import { visibleModel, visibleModels } from './client-limits/admit-plan.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { findModel, listModels } from './list-models.ts';
import { isOver } from './open-call.ts';
import { parseBody } from './parse-body.ts';
import type { Route } from './routes.ts';
import { sendJson } from './send-answer.ts';

/** What tools made for Ollama ask beside their chats. */
export function addOllamaRoutes(routes: Map<string, Route>, deps: GatewayDeps): void {
  const { engine } = deps;
  const { ollama_chat: dialect } = deps.dialects;
  if (!dialect) return;
  const get = (answer: Route['answer']): Route => ({ method: 'GET', dialect, open: false, answer });
  routes.set(
    '/api/tags',
    get(async ({ response }, { client }) => {
      const { body, headers } = await listModels(engine, models =>
        encodeModels(visibleModels(models, client, deps)),
      );
      if (!isOver(response)) sendJson(response, 200, body, headers);
    }),
  );
  routes.set('/api/show', {
    ...get(async ({ response }, { body, client }) => {
      const model = visibleModel(await findTagged(engine, readModelName(parseBody(body))), client, deps);
      if (!isOver(response)) sendJson(response, 200, encodeModel(model));
    }),
    method: 'POST',
  });
  routes.set(
    '/api/version',
    get(({ response }) => sendJson(response, 200, { version: ollamaVersion })),
  );
  routes.set(
    '/api/ps',
    get(({ response }) => sendJson(response, 200, encodeRunning())),
  );
}

/** The same engine for tools made for Ollama, to whom a name without a tag and one with `:latest` are the same. */
export function withTaggedNames(deps: GatewayDeps): GatewayDeps {
  const { engine } = deps;
  const resolveModel: typeof engine.resolveModel = async (name, options) => {
    for (const other of namesOf(name)) {
      try {
        return await engine.resolveModel(other);
      } catch (error) {
        if (!isUnknown(error)) throw error;
      }
    }
    return engine.resolveModel(name, options);
  };
  return { ...deps, engine: { ...engine, resolveModel } };
}

async function findTagged(engine: GatewayDeps['engine'], name: string): Promise<Model> {
  const [bare, tagged] = namesOf(name);
  try {
    return await findModel(engine, bare);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return findModel(engine, tagged);
  }
}

/** Without the tag first: only Ollama itself knows one. */
function namesOf(name: string): [string, string] {
  const bare = name.replace(/:latest$/, '');
  return [bare, `${bare}:latest`];
}

function isUnknown(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unknown_model';
}

function readModelName({ model, name }: JsonObject): string {
  // The second name is the older one.
  const asked = model ?? name;
  if (typeof asked === 'string' && asked !== '') return asked;
  throw new AppError('invalid_request', 'model is missing: name one as backend/model-id.', {
    body: { param: 'model' },
    http_status: 400,
  });
}
