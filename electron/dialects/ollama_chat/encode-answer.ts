import type { ChatResponse, ToolCall } from 'ollama';

import type { JsonObject } from '../../contract/json.ts';
import type { Completion, GrowingBlock } from '../../contract/completion.ts';
import { finishReasonOf } from '../../contract/completion.ts';
import type { FinishReason } from '../../contract/deltas.ts';
import { argumentsOf, wholeBlocks } from '../call-arguments.ts';
import { encodeDoneReason } from './done-reason.ts';

/** `created_at` for a Unix time in seconds. */
export function createdAt(created: number): string {
  return new Date(created * 1000).toISOString();
}

/** The calls of an answer. Ollama writes each whole, its arguments as an object. */
export function encodeCalls(completion: Completion, ownId: string): JsonObject[] {
  return wholeBlocks(completion)
    .filter(block => block.block === 'tool_use')
    .map((call, position) => encodeCall(call, `call_${ownId}_${position}`));
}

function encodeCall(call: GrowingBlock, ownId: string): JsonObject {
  return {
    id: call.id || ownId,
    function: { name: call.name ?? '', arguments: argumentsOf(call) },
    // Not Ollama's: Gemini demands it back, and clients that keep a message as it came send it along.
    ...(call.signature !== undefined && { signature: call.signature }),
  } satisfies ToolCall & { id: string; signature?: string };
}

/**
 * The fields that end an answer; `reasonless` is why where its upstream did not say. Durations are 0 because nobody
 * measured the model itself; clients in languages with strict types refuse an answer without them.
 */
export function encodeEnd(completion: Completion, reasonless?: FinishReason): JsonObject {
  const { input_tokens, output_tokens } = completion.usage;
  const reason = encodeDoneReason(finishReasonOf(completion) ?? reasonless);
  return {
    done: true,
    ...(reason !== undefined && { done_reason: reason }),
    total_duration: 0,
    load_duration: 0,
    ...(input_tokens !== undefined && { prompt_eval_count: input_tokens }),
    prompt_eval_duration: 0,
    ...(output_tokens !== undefined && { eval_count: output_tokens }),
    eval_duration: 0,
  } satisfies Partial<ChatResponse>;
}
