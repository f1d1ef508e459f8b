import type { ApiInput } from '../contract/api.ts';
import { AppError } from '../contract/errors.ts';
import type { CallDetails, InspectedCall } from '../contract/inspector.ts';
import type { ApiHandlers } from './create-api.ts';

/** The inspector as the page needs it; core.ts connects it. */
export type InspectorDesk = {
  list(filter: ApiInput<'inspector.list'>): InspectedCall[];
  /** Among the last calls, else among those on the disk. */
  get(id: string): Promise<CallDetails | undefined>;
  toCurl(call: CallDetails, side: 'received' | 'sent'): string;
  /** Resolves with the new call's id. Throws why it cannot be sent again. */
  replay(id: string): Promise<string>;
};

type InspectorCalls = Extract<keyof ApiHandlers, `inspector.${string}`>;

export function createInspectorHandlers(inspector: InspectorDesk): Pick<ApiHandlers, InspectorCalls> {
  const mustGet = async (id: string): Promise<CallDetails> => {
    const call = await inspector.get(id);
    if (call) return call;
    throw new AppError(
      'not_found',
      'This call is none of the last ones any more. The ledger still has its row; switch gateway.inspector.keep_bodies on to keep calls longer.',
    );
  };
  return {
    'inspector.list': filter => inspector.list(filter),
    'inspector.get': ({ id }) => mustGet(id),
    'inspector.curl': async ({ id, side }) => ({ command: inspector.toCurl(await mustGet(id), side) }),
    'inspector.replay': async ({ id }) => ({ id: await inspector.replay(id) }),
  };
}
