import type { JsonObject } from '../../contract/json.ts';
import { carryReasoning } from './carried-reasoning.ts';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export function textPart(text: string): JsonObject {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

export function messageItem(id: string, status: ItemStatus, content: JsonObject[]): JsonObject {
  return { id, type: 'message', status, role: 'assistant', content };
}

export function summaryPart(text: string): JsonObject {
  return { type: 'summary_text', text };
}

export type Reasoning = { text: string; signature?: string; redacted_data?: string };

/** Shown as a summary, which every tool displays; `encrypted_content` makes it fit to be sent back. */
export function reasoningItem(id: string, { text, signature, redacted_data }: Reasoning): JsonObject {
  const carried = {
    ...(signature !== undefined && { signature }),
    ...(redacted_data !== undefined && { redacted_data }),
  };
  const encrypted_content = carryReasoning(carried, id);
  return {
    id,
    type: 'reasoning',
    summary: text === '' ? [] : [summaryPart(text)],
    ...(encrypted_content !== undefined && { encrypted_content }),
  };
}

/** Carries the signature of a call, for which a call has no place. */
export function signatureItem(id: string, callId: string, signature: string): JsonObject {
  const encrypted_content = carryReasoning({ call_id: callId, signature }, id) ?? '';
  return { id, type: 'reasoning', summary: [], encrypted_content };
}

export type Call = { call_id: string; name: string; arguments: string };

export function callItem(id: string, status: ItemStatus, call: Call): JsonObject {
  return {
    id,
    type: 'function_call',
    status,
    arguments: call.arguments,
    call_id: call.call_id,
    name: call.name,
  };
}
