import type { ChatCompletion, ChatCompletionMessage } from 'openai/resources/chat/completions';

import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { DeltaBlockType } from '../../contract/deltas.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import type { Wire } from '../wire.ts';
import { encodeCitations } from './citations.ts';
import { encodeCall } from './encode-call.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { readToolKinds } from './native-tool.ts';

type Message = Wire<ChatCompletionMessage> & { reasoning_content?: string };

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const usage = encodeUsage(completion.usage);
  const message = encodeMessage(completion, context);
  // An answer that is told whole is whole: one that broke off is an error.
  const reason = encodeFinishReason(finishReasonOf(completion)) ?? 'stop';
  const finish_reason = message.function_call && reason === 'tool_calls' ? 'function_call' : reason;
  return {
    id: completion.id ?? context.id,
    object: 'chat.completion',
    created: context.created,
    model: completion.model ?? context.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    service_tier: 'default',
    ...(usage && { usage }),
  } satisfies Wire<ChatCompletion>;
}

function encodeMessage(completion: Completion, context: EncoderContext): Message {
  const text = joinText(completion, 'text');
  const thinking = joinText(completion, 'thinking');
  const kinds = readToolKinds(context.request);
  const calls = completion.blocks
    .filter(block => block.block === 'tool_use')
    .map((call, index) => encodeCall(call, call.id || `call_${context.id}_${index}`, kinds));
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    annotations: encodeCitations(completion.citations),
    ...(thinking !== '' && { reasoning_content: thinking }),
    ...(calls.length > 0 && encodeCalls(calls, kinds.isLegacy)),
  };
}

function encodeCalls(
  calls: NonNullable<Message['tool_calls']>,
  isLegacy: boolean,
): Pick<Message, 'tool_calls' | 'function_call'> {
  const [first] = calls;
  return isLegacy && first?.type === 'function' ? { function_call: first.function } : { tool_calls: calls };
}

function joinText(completion: Completion, type: DeltaBlockType): string {
  return completion.blocks.flatMap(block => (block.block === type ? [block.text] : [])).join('');
}
