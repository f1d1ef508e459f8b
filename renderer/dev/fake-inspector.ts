import type { CallDetails, InspectedCall, ShownRequest } from '../../electron/contract/inspector.ts';
import { fakeCalls } from './fake-data.ts';

export function fakeInspected(): InspectedCall[] {
  return fakeCalls().map(({ price: _price, ...call }) => ({
    ...call,
    path: call.dialect_in === null ? null : '/v1/chat/completions',
    replay_of: null,
  }));
}

export function fakeDetails(id: string): CallDetails {
  const call = fakeInspected().find(each => each.id === id);
  if (!call) throw new Error(`no fake call ${id}`);
  const request: ShownRequest = {
    method: 'POST',
    url: '/v1/chat/completions',
    headers: [
      ['content-type', 'application/json'],
      ['authorization', 'Bearer [redacted]'],
    ],
    body: shown(JSON.stringify({ model: call.model_asked, messages: [{ role: 'user', content: 'Hello' }] })),
  };
  const end = call.duration_ms;
  return {
    ...call,
    received: call.path === null ? null : request,
    warnings: [],
    attempt_list: [],
    exchanges: [
      {
        number: 1,
        backend: call.backend,
        model: call.model_asked.slice(call.model_asked.indexOf('/') + 1),
        request: { ...request, url: `https://${call.backend}.example/v1/chat/completions` },
        status: call.http_status,
        headers: [['content-type', 'text/event-stream']],
        body: shown('data: {"choices":[{"delta":{"content":"Hello."}}]}\n\n'),
        error: null,
        sent_ms: 4,
        head_ms: call.first_token_ms,
        first_byte_ms: call.first_token_ms,
        end_ms: end,
      },
    ],
    timings: { routed_ms: 2, first_token_ms: call.first_token_ms, end_ms: end },
    is_kept: false,
  };
}

function shown(text: string): { text: string; size: number; is_whole: boolean } {
  return { text, size: text.length, is_whole: true };
}
