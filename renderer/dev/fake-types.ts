import type {
  ApiCallName,
  ApiEventName,
  ApiEvents,
  ApiOutput,
  ApiParsedInput,
} from '../../electron/contract/api.ts';

export type FakeCalls = {
  [N in ApiCallName]: (input: ApiParsedInput<N>) => ApiOutput<N> | Promise<ApiOutput<N>>;
};
export type ChatCallName = Extract<ApiCallName, `chats.${string}` | `messages.${string}`>;
export type Emit = <N extends ApiEventName>(name: N, payload: ApiEvents[N]) => void;
