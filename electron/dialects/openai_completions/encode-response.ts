import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion, GrowingBlock } from '../../contract/completion.ts';
import type { DeltaBlockType } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const usage = encodeUsage(completion.usage);
  const finish_reason = encodeFinishReason(finishReasonOf(completion));
  return {
    id: completion.id ?? context.id,
    object: 'chat.completion',
    created: context.created,
    model: completion.model ?? context.model,
    choices: [{ index: 0, message: encodeMessage(completion, context), logprobs: null, finish_reason }],
    ...(usage && { usage }),
  };
}

function encodeMessage(completion: Completion, context: EncoderContext): JsonObject {
  const text = joinText(completion, 'text');
  const thinking = joinText(completion, 'thinking');
  const calls = completion.blocks.filter(block => block.block === 'tool_use');
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(thinking !== '' && { reasoning_content: thinking }),
    ...(calls.length > 0 && { tool_calls: calls.map((call, index) => encodeCall(call, index, context)) }),
  };
}

function joinText(completion: Completion, type: DeltaBlockType): string {
  return completion.blocks.flatMap(block => (block.block === type ? [block.text] : [])).join('');
}

function encodeCall(call: GrowingBlock, position: number, context: EncoderContext): JsonObject {
  return {
    id: call.id || `call_${context.id}_${position}`,
    type: 'function',
    function: { name: call.name ?? '', arguments: call.text === '' ? '{}' : call.text },
  };
}
