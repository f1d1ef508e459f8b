import { apiCalls } from '../contract/api.ts';
import type { ApiCallName, ApiOutput, ApiParsedInput, ApiResult } from '../contract/api.ts';
import { AppError, toErrorInfo } from '../contract/errors.ts';
import type { ApiEvent } from './event-hub.ts';

/** One handler for each call of the contract. */
export type ApiHandlers = {
  [N in ApiCallName]: (input: ApiParsedInput<N>) => ApiOutput<N> | Promise<ApiOutput<N>>;
};

/** What both front doors of the page need: calls by name, and events. */
export type Api = {
  /** Never rejects: what goes wrong comes back as data. */
  call(name: string, input: unknown): Promise<ApiResult<ApiCallName>>;
  on(listener: (event: ApiEvent) => void): () => void;
};

export function createApi(
  handlers: ApiHandlers,
  hub: { on(listener: (event: ApiEvent) => void): () => void },
  onProblem: (error: unknown) => void,
): Api {
  return {
    on: listener => hub.on(listener),
    async call(name, input) {
      try {
        return { ok: true, value: await callHandler(handlers, name, input) };
      } catch (error) {
        if (!(error instanceof AppError)) onProblem(error);
        return { ok: false, error: toErrorInfo(error) };
      }
    },
  };
}

async function callHandler(
  handlers: ApiHandlers,
  name: string,
  input: unknown,
): Promise<ApiOutput<ApiCallName>> {
  if (!Object.hasOwn(apiCalls, name))
    throw new AppError('not_found', `There is no call named "${name.slice(0, 100)}".`);
  const known = name as ApiCallName; // one of apiCalls' own keys
  const parsed = apiCalls[known].input.safeParse(input ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new AppError(
      'invalid_request',
      `${name}: ${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}.`,
    );
  }
  // The input was parsed by the schema of this very name; TypeScript cannot follow that across the union.
  const handler = handlers[known] as (
    input: unknown,
  ) => ApiOutput<ApiCallName> | Promise<ApiOutput<ApiCallName>>;
  return handler(parsed.data);
}
