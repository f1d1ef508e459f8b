import { createContext, useContext } from 'react';

import type {
  ApiBridge,
  ApiCallName,
  ApiEventName,
  ApiEvents,
  ApiInput,
  ApiOutput,
  ApiResult,
} from '../electron/contract/api.ts';
import type { ErrorCode } from '../electron/contract/errors.ts';

/** The contract's calls and events, typed; the page never talks to a bridge directly. */
export type Api = {
  call<N extends ApiCallName>(name: N, input: ApiInput<N>): Promise<ApiOutput<N>>;
  on<N extends ApiEventName>(name: N, listener: (payload: ApiEvents[N]) => void): () => void;
  /** Tells when the connection for events breaks (false) and comes back (true): events were missed then. */
  onConnection(listener: (isOpen: boolean) => void): () => void;
};

/** What a call is rejected with: the core's own error, as it crossed the bridge. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly http_status: number | undefined;

  constructor(info: { code: ErrorCode; message: string; http_status?: number | undefined }) {
    super(info.message);
    this.name = 'ApiError';
    this.code = info.code;
    this.http_status = info.http_status;
  }
}

/** The desktop's bridge cannot break; one over HTTP can, and says so. */
export type PageBridge = ApiBridge & { onConnection?: Api['onConnection'] };

export function createApi(bridge: PageBridge): Api {
  return {
    async call(name, input) {
      // The core checks what goes out against the same schema, so the result has the contract's shape.
      const result = (await bridge.call(name, input)) as ApiResult<typeof name>;
      if (!result.ok) throw new ApiError(result.error);
      return result.value;
    },
    on(name, listener) {
      // Same contract for events: the sender is typed by ApiEvents.
      return bridge.on(name, payload => listener(payload as ApiEvents[typeof name]));
    },
    onConnection(listener) {
      return bridge.onConnection?.(listener) ?? (() => {});
    },
  };
}

export const ApiContext = createContext<Api | null>(null);

/** For hooks only: a component shows, a hook talks. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('ApiContext is missing above this hook.');
  return api;
}
