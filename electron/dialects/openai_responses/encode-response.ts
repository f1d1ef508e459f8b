import type { Citation } from '../../contract/citations.ts';
import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion, GrowingBlock } from '../../contract/completion.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { createFreeformReader } from '../freeform-text.ts';
import { callItem, callPrefix, messageItem, reasoningItem, signatureItem, textPart } from './encode-items.ts';
import type { Call, ItemStatus } from './encode-items.ts';
import { encodeUsage } from './encode-usage.ts';
import { endOf } from './finish-reason.ts';
import { readToolBook } from './native-tool.ts';
import type { ToolBook } from './native-tool.ts';
import { echoRequest, itemId, responseObject } from './response-object.ts';

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const { status, incomplete_reason } = endOf(finishReasonOf(completion));
  const id = completion.id ?? context.id;
  const head = { id, model: completion.model ?? context.model, created: context.created };
  return responseObject(head, echoRequest(context.request), {
    status,
    output: encodeOutput(completion, { answerId: id, status, tools: readToolBook(context.request) }),
    usage: encodeUsage(completion.usage),
    ...(incomplete_reason !== undefined && { incomplete_reason }),
  });
}

type AnswerPlace = { answerId: string; status: ItemStatus; tools: ToolBook };

function encodeOutput({ blocks, citations }: Completion, { status, ...place }: AnswerPlace): JsonObject[] {
  const output: JsonObject[] = [];
  const ids = new Set<string>();
  for (const block of blocks) {
    const isLast = block === blocks.at(-1);
    const ended = isLast ? status : 'completed';
    const at = { ...place, position: output.length, ids, status: ended };
    output.push(...encodeBlock(block, { ...at, citations: isLast ? citations : undefined }));
  }
  return output;
}

type ItemPlace = AnswerPlace & {
  position: number;
  ids: Set<string>;
  citations: readonly Citation[] | undefined;
};

function encodeBlock(block: GrowingBlock, place: ItemPlace): JsonObject[] {
  const { answerId, position, ids, status, citations } = place;
  const { text, id, signature, redacted_data } = block;
  switch (block.block) {
    case 'text':
      if (text === '') return [];
      return [messageItem(itemId('msg', answerId, position), status, [textPart(text, citations)], signature)];
    case 'thinking': {
      if (text === '' && signature === undefined && redacted_data === undefined) return [];
      // What the vendor encrypted fits no other id than its own; two items of one id are refused.
      const vendorId = id && !ids.has(id) ? id : undefined;
      if (vendorId !== undefined) ids.add(vendorId);
      return [reasoningItem(vendorId ?? itemId('rs', answerId, position), block)];
    }
    case 'tool_use':
      return encodeCall(block, place);
  }
}

function encodeCall(block: GrowingBlock, { answerId, position, status, tools }: ItemPlace): JsonObject[] {
  const { id, name = '', signature } = block;
  const call: Call = { call_id: id || itemId('call', answerId, position), name, tool: tools.get(name) };
  const write = (place: number): JsonObject =>
    callItem(itemId(callPrefix(call), answerId, place), status, call, callText(block.text, call));
  if (signature === undefined) return [write(position)];
  return [signatureItem(itemId('rs', answerId, position), call.call_id, signature), write(position + 1)];
}

function callText(text: string, { tool }: Call): string {
  if (tool?.type !== 'custom') return text === '' ? '{}' : text;
  const reader = createFreeformReader();
  return reader.push(text) + reader.end();
}
