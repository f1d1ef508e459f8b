import type { ResponseOutputMessage } from 'openai/resources/responses/responses';

import { parseJsonObject } from '../../contract/json.ts';

/** Whether a message was said on the way or is the answer: models that say it answer worse where it does not come back. */
export type TextPhase = NonNullable<ResponseOutputMessage['phase']>;

const prefix = 'openai_responses:';

/** Travels as the signature of the message's text. */
export function sealPhase(phase: string): string {
  return `${prefix}${JSON.stringify({ phase })}`;
}

export function openPhase(signature: string | undefined): TextPhase | undefined {
  if (!signature?.startsWith(prefix)) return undefined;
  const phase = parseJsonObject(signature.slice(prefix.length))?.['phase'];
  return phase === 'commentary' || phase === 'final_answer' ? phase : undefined;
}
