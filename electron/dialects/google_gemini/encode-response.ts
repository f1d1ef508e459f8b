import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { encodeCallParts, encodeTextPart } from './encode-parts.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { encodeUsage } from './usage.ts';

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const calls = encodeCallParts(completion, context.id);
  const parts = completion.blocks.flatMap(({ block, text, signature }): JsonObject[] => {
    if (block === 'tool_use') return calls.splice(0, 1);
    return text === '' && signature === undefined ? [] : [encodeTextPart(block, text, signature)];
  });
  const finishReason = encodeFinishReason(finishReasonOf(completion));
  const usageMetadata = encodeUsage(completion.usage);
  return {
    candidates: [
      { content: { parts, role: 'model' }, ...(finishReason !== undefined && { finishReason }), index: 0 },
    ],
    ...(usageMetadata && { usageMetadata }),
    modelVersion: completion.model ?? context.model,
    responseId: completion.id ?? context.id,
  };
}
