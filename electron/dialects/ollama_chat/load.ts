import type { ChatResponse } from 'ollama';

import type { JsonObject } from '../../contract/json.ts';
import type { DialectVariant } from '../dialect.ts';
import { findLast } from '../request-members.ts';
import { scanMembers } from '../scan-json.ts';
import { createdAt } from './encode-answer.ts';

const wantedFields: ReadonlySet<string> = new Set(['messages', 'keep_alive']);

/** Ollama's answer to a chat without messages, with which tools load a model, or unload it by `keep_alive: 0`. */
export const answerNothing: NonNullable<DialectVariant['answerNothing']> = (body, { model, created }) => {
  const members = scanMembers(body, wantedFields);
  // The beginning of a value is enough: a long one is not empty.
  const read = (name: string): string => {
    const { start, end } = findLast(members, name) ?? { start: 0, end: 0 };
    return body.toString('latin1', start, Math.min(end, start + 32));
  };
  if (!/^(?:null|\[\s*\])?$/.test(read('messages'))) return undefined;
  const unloads = /^"?0[a-z]*"?$/.test(read('keep_alive'));
  return encodeLoaded(model, createdAt(created), unloads ? 'unload' : 'load');
};

type Loaded = Pick<ChatResponse, 'model' | 'message' | 'done_reason' | 'done'> & { created_at: string };

function encodeLoaded(model: string, created_at: string, done_reason: string): JsonObject {
  const loaded = {
    model,
    created_at,
    message: { role: 'assistant', content: '' },
    done_reason,
    done: true,
  } satisfies Loaded;
  return loaded;
}
