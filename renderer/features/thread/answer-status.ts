import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { ErrorCode } from '../../../electron/contract/errors.ts';

export type StatusAction = 'continue' | 'retry' | 'other_model' | 'providers';

/** Key of a sentence in the catalogue `thread`, below `status`. */
export type StatusNote = 'stopped' | 'interrupted' | 'length' | 'refusal' | 'empty' | 'failed';

/** What stands below an answer: never instead of its text. */
export type AnswerStatus = {
  tone: 'quiet' | 'warning' | 'error';
  actions: StatusAction[];
} & ({ note: StatusNote } | { error: NonNullable<ChatMessage['error']> });

/** How an answer ended, where that is worth a line; null for one that is simply complete, or still streaming. */
export function answerStatus(message: ChatMessage): AnswerStatus | null {
  const goOn: StatusAction[] = hasText(message) ? ['continue', 'retry'] : ['retry'];
  switch (message.status) {
    case 'streaming':
      return null;
    case 'complete':
      return completeStatus(message, goOn);
    case 'cancelled':
      return { tone: 'quiet', note: 'stopped', actions: goOn };
    case 'interrupted':
      return { tone: 'warning', note: 'interrupted', actions: goOn };
    case 'error':
      return errorStatus(message.error, goOn);
  }
}

function hasText({ content }: ChatMessage): boolean {
  return content.some(block => block.type === 'text' && block.text.trim() !== '');
}

function completeStatus(message: ChatMessage, goOn: StatusAction[]): AnswerStatus | null {
  const { finish_reason: reason, content, outline = false } = message;
  if (reason === 'length') return { tone: 'warning', note: 'length', actions: goOn };
  if (reason === 'refusal') return { tone: 'quiet', note: 'refusal', actions: ['retry', 'other_model'] };
  if (content.length > 0 || outline) return null;
  return { tone: 'warning', note: 'empty', actions: ['retry', 'other_model'] };
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

function errorStatus(error: ChatMessage['error'], goOn: StatusAction[]): AnswerStatus {
  const actions: StatusAction[] = [...goOn, 'other_model'];
  if (!error) return { tone: 'error', note: 'failed', actions };
  const isRefusedKey = error.http_status === 401 || error.http_status === 403;
  if (isRefusedKey || settledUnderProviders.has(error.code)) actions.push('providers');
  return { tone: 'error', error, actions };
}
