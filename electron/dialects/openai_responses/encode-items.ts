import type {
  ResponseCustomToolCallItem,
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseOutputText,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';

import type { Citation } from '../../contract/citations.ts';
import { parseJson } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Wire } from '../wire.ts';
import { carryReasoning } from './carried-reasoning.ts';
import { nativeKinds } from './native-calls.ts';
import { namespaceField } from './native-tool.ts';
import type { NativeTool } from './native-tool.ts';
import { openPhase } from './text-phase.ts';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export function textPart(text: string, citations: readonly Citation[] = []): Wire<ResponseOutputText> {
  return { type: 'output_text', annotations: citations.map(urlCitation), logprobs: [], text };
}

/** Where in the text a page is meant is not known across dialects; the words are OpenAI's, and they want both. */
export function urlCitation({ url, title }: Citation): Wire<ResponseOutputText.URLCitation> {
  return { type: 'url_citation', url, title: title ?? url, start_index: 0, end_index: 0 };
}

/** `signature` is of the text: it may say what the message is to the one who asked. */
export function messageItem(
  id: string,
  status: ItemStatus,
  content: Wire<ResponseOutputText>[],
  signature?: string,
): Wire<ResponseOutputMessage> {
  const phase = openPhase(signature);
  return { id, type: 'message', status, role: 'assistant', content, ...(phase && { phase }) };
}

export function summaryPart(text: string): Wire<ResponseReasoningItem.Summary> {
  return { type: 'summary_text', text };
}

export type Reasoning = { text: string; signature?: string; redacted_data?: string };

type ReasoningItem = Wire<ResponseReasoningItem>;

/** Shown as a summary, which every tool displays; `encrypted_content` makes it fit to be sent back. */
export function reasoningItem(id: string, { text, signature, redacted_data }: Reasoning): ReasoningItem {
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
export function signatureItem(id: string, callId: string, signature: string): ReasoningItem {
  const encrypted_content = carryReasoning({ call_id: callId, signature }, id) ?? '';
  return { id, type: 'reasoning', summary: [], encrypted_content };
}

/** A call with its arguments as far as they are known, and the tool where it is more than a function. */
export type Call = { call_id: string; name: string; tool?: NativeTool | undefined };

/** Kind of its item's id. */
export function callPrefix({ tool }: Call): string {
  return tool && tool.type !== 'function' ? nativeKinds[tool.type].prefix : 'fc';
}

/** `text` is the arguments' JSON, or what of it a tool that takes text is given. */
export function callItem(id: string, status: ItemStatus, call: Call, text: string): JsonObject {
  const { call_id, tool } = call;
  const name = tool?.name ?? call.name;
  switch (tool?.type) {
    case undefined:
    case 'function':
      return {
        id,
        type: 'function_call',
        status,
        arguments: text,
        call_id,
        name,
        ...namespaceField(tool),
      } satisfies Wire<ResponseFunctionToolCall>;
    case 'custom':
      return {
        id,
        type: 'custom_tool_call',
        status,
        call_id,
        input: text,
        name,
        ...namespaceField(tool),
      } satisfies Wire<ResponseCustomToolCallItem>;
    case 'local_shell':
    case 'shell':
    case 'apply_patch':
    case 'tool_search': {
      const kind = nativeKinds[tool.type];
      return { id, type: kind.call, status, call_id, ...kind.writeCall(parseJson(text) ?? text) };
    }
  }
}
