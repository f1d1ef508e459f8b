import type { ApiOutput, ApiParsedInput } from '../contract/api.ts';
import type { ApiHandlers } from './create-api.ts';

/** Configuration files of other programs; core.ts connects it. */
export type ConnectDesk = {
  /** Throws invalid_request for a file that cannot be changed safely. */
  preview(input: ApiParsedInput<'connect.preview'>): Promise<ApiOutput<'connect.preview'>>;
  write(input: ApiParsedInput<'connect.write'>): Promise<ApiOutput<'connect.write'>>;
};

type ConnectCalls = Extract<keyof ApiHandlers, `connect.${string}`>;

export function createConnectHandlers(desk: ConnectDesk): Pick<ApiHandlers, ConnectCalls> {
  return {
    'connect.preview': input => desk.preview(input),
    'connect.write': input => desk.write(input),
  };
}
