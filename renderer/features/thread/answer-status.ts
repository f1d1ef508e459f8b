import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { ErrorCode } from '../../../electron/contract/errors.ts';

export type StatusAction = 'retry' | 'providers';

/** What stands below an answer: never instead of its text. */
export type AnswerStatus = { tone: 'quiet' | 'warning' | 'error'; text: string; actions: StatusAction[] };

/** How an answer ended, where that is worth a line; null for one that is simply complete, or still streaming. */
export function answerStatus(message: ChatMessage): AnswerStatus | null {
  switch (message.status) {
    case 'streaming':
      return null;
    case 'complete':
      return completeStatus(message);
    case 'cancelled':
      return { tone: 'quiet', text: 'Stopped.', actions: ['retry'] };
    case 'interrupted':
      return {
        tone: 'warning',
        text: 'Interrupted: Parley ended before this answer did. What had arrived is kept.',
        actions: ['retry'],
      };
    case 'error':
      return errorStatus(message.error);
  }
}

function completeStatus({ finish_reason, content }: ChatMessage): AnswerStatus | null {
  if (finish_reason === 'length') {
    return { tone: 'warning', text: 'Cut off: the answer reached its length limit.', actions: ['retry'] };
  }
  if (finish_reason === 'refusal')
    return { tone: 'quiet', text: 'The model declined to answer.', actions: ['retry'] };
  if (content.length === 0)
    return { tone: 'warning', text: 'The model sent an empty answer.', actions: ['retry'] };
  return null;
}

const settledUnderProviders: ReadonlySet<ErrorCode> = new Set([
  'no_api_key',
  'missing_env_var',
  'invalid_auth_value',
  'keychain_unavailable',
  'unknown_provider',
  'unknown_backend',
  'unknown_model',
  'script_error',
  'script_result',
  'script_timeout',
  'script_memory',
  'script_refused',
  'script_missing',
  'host_not_granted',
  'upstream_unreachable',
] satisfies ErrorCode[]);

function errorStatus(error: ChatMessage['error']): AnswerStatus {
  if (!error) return { tone: 'error', text: 'The answer failed for an unknown reason.', actions: ['retry'] };
  const isRefusedKey = error.http_status === 401 || error.http_status === 403;
  const actions: StatusAction[] =
    isRefusedKey || settledUnderProviders.has(error.code) ? ['retry', 'providers'] : ['retry'];
  return { tone: 'error', text: error.message, actions };
}
