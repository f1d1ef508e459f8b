import { finishReasonOf } from '../../contract/completion.ts';
import type { Completion, GrowingBlock } from '../../contract/completion.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncoderContext } from '../dialect.ts';
import { callItem, messageItem, reasoningItem, signatureItem, textPart } from './encode-items.ts';
import type { ItemStatus } from './encode-items.ts';
import { encodeUsage } from './encode-usage.ts';
import { endOf } from './finish-reason.ts';
import { itemId, responseObject } from './response-object.ts';

export function encodeResponse(completion: Completion, context: EncoderContext): JsonObject {
  const { status, incomplete_reason } = endOf(finishReasonOf(completion));
  const id = completion.id ?? context.id;
  const head = { id, model: completion.model ?? context.model, created: context.created };
  return responseObject(head, {
    status,
    output: encodeOutput(completion.blocks, id, status),
    usage: encodeUsage(completion.usage),
    ...(incomplete_reason !== undefined && { incomplete_reason }),
  });
}

function encodeOutput(blocks: GrowingBlock[], answerId: string, status: ItemStatus): JsonObject[] {
  const output: JsonObject[] = [];
  const ids = new Set<string>();
  for (const block of blocks) {
    const last = block === blocks.at(-1);
    output.push(
      ...encodeBlock(block, { answerId, position: output.length, ids, status: last ? status : 'completed' }),
    );
  }
  return output;
}

type ItemPlace = { answerId: string; position: number; ids: Set<string>; status: ItemStatus };

function encodeBlock(block: GrowingBlock, { answerId, position, ids, status }: ItemPlace): JsonObject[] {
  const { text, id, signature, redacted_data } = block;
  switch (block.block) {
    case 'text':
      if (text === '') return [];
      return [messageItem(itemId('msg', answerId, position), status, [textPart(text)])];
    case 'thinking': {
      if (text === '' && signature === undefined && redacted_data === undefined) return [];
      // What the vendor encrypted fits no other id than its own; two items of one id are refused.
      const vendorId = id && !ids.has(id) ? id : undefined;
      if (vendorId !== undefined) ids.add(vendorId);
      return [reasoningItem(vendorId ?? itemId('rs', answerId, position), block)];
    }
    case 'tool_use': {
      const call_id = id || itemId('fc', answerId, position).replace('fc_', 'call_');
      const call = { call_id, name: block.name ?? '', arguments: text === '' ? '{}' : text };
      if (signature === undefined) return [callItem(itemId('fc', answerId, position), status, call)];
      return [
        signatureItem(itemId('rs', answerId, position), call_id, signature),
        callItem(itemId('fc', answerId, position + 1), status, call),
      ];
    }
  }
}
