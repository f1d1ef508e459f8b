import type { ResponseOutputMessage } from 'openai/resources/responses/responses';

import { isJsonObject } from '../../contract/json.ts';
import { textField } from '../json-fields.ts';

/** Whether a message was said on the way or is the answer: models that say it answer worse where it does not come back. */
export type TextPhase = NonNullable<ResponseOutputMessage['phase']>;

const prefix = 'openai_responses:';

/** Travels as the signature of the message's text. */
export function sealPhase(phase: string): string {
  return `${prefix}${JSON.stringify({ phase })}`;
}

export function openPhase(signature: string | undefined): TextPhase | undefined {
  if (!signature?.startsWith(prefix)) return undefined;
  const phase = readPhase(signature.slice(prefix.length));
  return phase === 'commentary' || phase === 'final_answer' ? phase : undefined;
}

function readPhase(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isJsonObject(value) ? textField(value, 'phase') : undefined;
  } catch {
    return undefined;
  }
}
