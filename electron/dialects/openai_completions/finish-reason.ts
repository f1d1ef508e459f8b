import type { FinishReason } from '../../contract/deltas.ts';

const neutralReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_use'],
  ['function_call', 'tool_use'],
  ['content_filter', 'refusal'],
  // Not OpenAI's, but sent by servers that say they are compatible.
  ['tool_use', 'tool_use'],
  ['max_tokens', 'length'],
  ['model_length', 'length'], // Mistral
  ['model_context_window_exceeded', 'length'], // Z.AI
  ['sensitive', 'refusal'], // Z.AI
  ['safety', 'refusal'], // proxies before Gemini
  ['recitation', 'refusal'],
  ['refusal', 'refusal'],
  ['error', 'error'], // OpenRouter
  ['network_error', 'error'], // Z.AI
  ['insufficient_system_resource', 'error'], // DeepSeek
  ['abort', 'error'], // SGLang, vLLM
]);

/** What OpenAI's `finish_reason` means. An unknown word ends the answer like `stop`: eos, end_turn, stop_sequence. */
export function decodeFinishReason(reason: string): FinishReason {
  return neutralReasons.get(reason.toLowerCase()) ?? 'stop';
}

type WireFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Null where the answer did not end by itself: a made-up reason would tell the tool that it is whole. */
export function encodeFinishReason(reason: FinishReason | undefined): WireFinishReason | null {
  switch (reason) {
    case 'stop':
      return 'stop';
    case 'length':
      return 'length';
    case 'tool_use':
      return 'tool_calls';
    case 'refusal':
      return 'content_filter';
    case 'error':
    case 'cancelled':
    case undefined:
      return null;
  }
}
