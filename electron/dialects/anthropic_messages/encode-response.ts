import type {
  Message,
  RedactedThinkingBlock,
  RefusalStopDetails,
  TextBlock,
  ThinkingBlock,
  ToolUseBlock,
} from '@anthropic-ai/sdk/resources/messages';

import { completionContent, finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { FinishReason } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { argumentsOf, wholeBlocks } from '../call-arguments.ts';
import { encodeUsage } from './encode-usage.ts';
import { messageId } from './message-id.ts';
import { encodeStopReason } from './stop-reason.ts';

type ContentBlock = ReturnType<typeof completionContent>[number];

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const growing = wholeBlocks(completion);
  const blocks = completionContent({ ...completion, blocks: growing }).map((block, index) => {
    const call = growing[index];
    return block.type === 'tool_use' && call ? { ...block, input: argumentsOf(call) } : block;
  });
  const id = completion.id ?? context.id;
  // A whole answer whose upstream gave no reason is whole all the same.
  const reason = completion.error ? undefined : (finishReasonOf(completion) ?? 'stop');
  return {
    ...encodeHead(id, completion.model ?? context.model),
    content: blocks.flatMap(
      (block, index) => encodeBlock(signThought(block, blocks[index + 1]), `${context.id}_${index}`) ?? [],
    ),
    stop_reason: encodeStopReason(reason),
    stop_details: encodeStopDetails(reason),
    usage: encodeUsage(completion.usage),
  };
}

/** A message before anything was said in it. */
export function encodeHead(id: string, model: string) {
  return {
    id: messageId(id),
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
  } satisfies Omit<Message, 'usage'>;
}

/** Others do not say why. */
export function encodeStopDetails(reason: FinishReason | undefined): JsonObject | null {
  if (reason !== 'refusal') return null;
  return { type: 'refusal', category: null, explanation: null } satisfies RefusalStopDetails;
}

/** Gemini signs the call, and many tools keep what they know only: the signature of a thought. */
function signThought(block: ContentBlock, next: ContentBlock | undefined): ContentBlock {
  if (block.type !== 'thinking' || block.signature !== undefined || block.redacted_data !== undefined)
    return block;
  if (next?.type !== 'tool_use' || next.signature === undefined) return block;
  return { ...block, signature: next.signature };
}

function encodeBlock(block: ContentBlock, ownId: string): JsonObject | undefined {
  switch (block.type) {
    case 'text': {
      const { text } = block;
      return text === '' ? undefined : ({ type: 'text', text } satisfies Omit<TextBlock, 'citations'>);
    }
    case 'thinking': {
      const { text: thinking, signature, redacted_data: data } = block;
      if (data !== undefined) return { type: 'redacted_thinking', data } satisfies RedactedThinkingBlock;
      if (thinking === '' && signature === undefined) return undefined;
      return { type: 'thinking', thinking, signature: signature ?? '' } satisfies ThinkingBlock;
    }
    case 'tool_use':
      return encodeToolUse(block.id || `toolu_${ownId}`, block.name, block);
  }
}

/** Anthropic has no signature here. Gemini demands one back, and clients keep the fields of a block. */
export function encodeToolUse(
  id: string,
  name: string,
  { input = {}, signature }: Partial<Pick<ContentBlock & { type: 'tool_use' }, 'input' | 'signature'>>,
): JsonObject {
  const block = { type: 'tool_use', id, name, input, caller: { type: 'direct' } } satisfies ToolUseBlock;
  return signature === undefined ? block : { ...block, signature };
}
