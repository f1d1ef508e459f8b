import { completionContent, finishReasonOf } from '../../contract/completion.ts';
import type { Completion } from '../../contract/completion.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Block, Message } from '../../contract/message.ts';

/** Messages in the form OpenTelemetry's GenAI conventions have for `gen_ai.input.messages`. */
export function toInputMessages(messages: readonly Message[]): JsonObject[] {
  return messages.map(({ role, content }) => ({
    // Tool results travel in the user's messages; the conventions know a role for them.
    role: content.length > 0 && content.every(block => block.type === 'tool_result') ? 'tool' : role,
    parts: content.map(toPart),
  }));
}

/** `gen_ai.output.messages`: the one answer there is. */
export function toOutputMessages(completion: Completion): JsonObject[] {
  const parts = completionContent(completion).map(toPart);
  return [{ role: 'assistant', parts, finish_reason: semanticFinishReason(completion) ?? 'error' }];
}

/** The conventions' own words, where they have one. */
export function semanticFinishReason(completion: Completion): string | undefined {
  const reason = finishReasonOf(completion);
  if (reason === 'tool_use') return 'tool_call';
  return reason === 'refusal' ? 'content_filter' : reason;
}

export function toSystemInstructions(system: string): JsonObject[] {
  return [{ type: 'text', content: system }];
}

function toPart(block: Block): JsonObject {
  switch (block.type) {
    case 'text':
      return { type: 'text', content: block.text };
    case 'thinking':
      return { type: 'reasoning', content: block.text };
    case 'tool_use':
      return { type: 'tool_call', id: block.id, name: block.name, arguments: block.input };
    case 'tool_result':
      return { type: 'tool_call_response', id: block.tool_use_id, response: resultOf(block.content) };
    case 'attachment':
      return block.source.type === 'url'
        ? {
            type: 'uri',
            modality: modalityOf(block.media_type),
            mime_type: block.media_type,
            uri: block.source.url,
          }
        : // Megabytes of base64 help nobody who reads a trace.
          { type: 'attachment', mime_type: block.media_type, base64_length: block.source.data.length };
  }
}

function resultOf(content: readonly Block[]): Json {
  const [only] = content;
  return content.length === 1 && only?.type === 'text' ? only.text : content.map(toPart);
}

function modalityOf(mediaType: string): string {
  const [kind = ''] = mediaType.split('/');
  return ['image', 'video', 'audio'].includes(kind) ? kind : 'document';
}
