import type { Completion } from '../../contract/completion.ts';
import type { DeltaBlockType } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { createdAt, encodeCalls, encodeEnd } from './encode-answer.ts';

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const thinking = joinText(completion, 'thinking');
  const calls = encodeCalls(completion, context.id);
  return {
    model: completion.model ?? context.model,
    created_at: createdAt(context.created),
    message: {
      role: 'assistant',
      content: joinText(completion, 'text'),
      ...(thinking !== '' && { thinking }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    // A whole answer whose upstream gave no reason is whole all the same.
    ...encodeEnd(completion, 'stop'),
  };
}

function joinText(completion: Completion, type: DeltaBlockType): string {
  return completion.blocks.flatMap(block => (block.block === type ? [block.text] : [])).join('');
}
