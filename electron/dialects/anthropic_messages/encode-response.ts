import { completionContent, finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { encodeUsage } from './encode-usage.ts';
import { messageId } from './message-id.ts';
import { encodeStopReason } from './stop-reason.ts';

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const blocks = completionContent(completion);
  return {
    id: messageId(completion.id ?? context.id),
    type: 'message',
    role: 'assistant',
    model: completion.model ?? context.model,
    content: blocks.flatMap((block, index) => encodeBlock(block, `${context.id}_${index}`) ?? []),
    stop_reason: encodeStopReason(finishReasonOf(completion)),
    stop_sequence: null,
    usage: encodeUsage(completion.usage),
  };
}

function encodeBlock(
  block: ReturnType<typeof completionContent>[number],
  ownId: string,
): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return block.text === '' ? undefined : { type: 'text', text: block.text };
    case 'thinking':
      if (block.redacted_data !== undefined) return { type: 'redacted_thinking', data: block.redacted_data };
      if (block.text === '' && block.signature === undefined) return undefined;
      return { type: 'thinking', thinking: block.text, signature: block.signature ?? '' };
    case 'tool_use': {
      const { id, name, input, signature } = block;
      return {
        type: 'tool_use',
        id: id || `toolu_${ownId}`,
        name,
        input,
        ...(signature !== undefined && { signature }),
      };
    }
  }
}
