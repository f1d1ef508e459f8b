import type { ApiOutput, ApiParsedInput } from '../contract/api.ts';
import type { ApiHandlers } from './create-api.ts';

/** The gateway's settings and where it is; core.ts connects it. */
export type ServerDesk = {
  get(): ApiOutput<'server.get'>;
  change(patch: ApiParsedInput<'server.change'>): Promise<ApiOutput<'server.change'>>;
};

type ServerCalls = Extract<keyof ApiHandlers, `server.${string}`>;

export function createServerHandlers(desk: ServerDesk): Pick<ApiHandlers, ServerCalls> {
  return {
    'server.get': () => desk.get(),
    'server.change': patch => desk.change(patch),
  };
}
