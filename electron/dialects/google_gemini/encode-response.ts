import type { GenerateContentResponse } from '@google/genai';

import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { wholeBlocks } from '../call-arguments.ts';
import { encodeCitations } from './citations.ts';
import { encodeCallParts, encodeTextPart } from './encode-parts.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { encodeUsage } from './usage.ts';
import type { Words } from './words.ts';

/** One event of an answer, or all of it, without what Google's library adds of its own. */
export type WireAnswer = Words<
  Pick<GenerateContentResponse, 'candidates' | 'modelVersion' | 'responseId' | 'usageMetadata'>
>;

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const calls = encodeCallParts(completion, context.id);
  const parts = wholeBlocks(completion).flatMap(({ block, text, signature }): JsonObject[] => {
    if (block === 'tool_use') return calls.splice(0, 1);
    return text === '' && signature === undefined ? [] : [encodeTextPart(block, text, signature)];
  });
  // A whole answer whose upstream gave no reason is whole all the same.
  const reason = completion.error ? undefined : (finishReasonOf(completion) ?? 'stop');
  const finishReason = encodeFinishReason(reason);
  const usageMetadata = encodeUsage(completion.usage);
  return {
    candidates: [
      {
        content: { parts, role: 'model' },
        ...(finishReason !== undefined && { finishReason }),
        index: 0,
        ...encodeCitations(completion.citations),
      },
    ],
    ...(usageMetadata && { usageMetadata }),
    modelVersion: completion.model ?? context.model,
    responseId: completion.id ?? context.id,
  } satisfies WireAnswer;
}
