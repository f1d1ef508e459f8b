import type { FinishReason } from '../../contract/deltas.ts';

/**
 * What `done_reason` means. Ollama says `stop` and `length`; `load` and `unload` for a call that asked for nothing; old
 * servers say nothing at all. The two words for a refusal are ours and those of proxies.
 */
export function decodeDoneReason(reason: string | undefined): FinishReason {
  switch (reason?.toLowerCase()) {
    case 'length':
      return 'length';
    case 'tool_calls':
      return 'tool_use';
    case 'content_filter':
    case 'refusal':
      return 'refusal';
    default:
      return 'stop';
  }
}

/** Undefined where the answer did not end by itself. Calls end an answer with `stop`, as with Ollama itself. */
export function encodeDoneReason(reason: FinishReason | undefined): string | undefined {
  switch (reason) {
    case 'stop':
    case 'tool_use':
      return 'stop';
    case 'length':
      return 'length';
    case 'refusal':
      // Ollama's models never refuse this way and it has no word for it; clients take any text here.
      return 'content_filter';
    case 'error':
    case 'cancelled':
    case undefined:
      return undefined;
  }
}
