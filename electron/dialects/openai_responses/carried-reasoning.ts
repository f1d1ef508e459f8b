import { parseJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import { textField } from '../json-fields.ts';
import { openReasoning, sealReasoning } from './reasoning-signature.ts';

/**
 * What other vendors demand back word for word, in the one field every tool of this format keeps and never reads:
 * `encrypted_content` of a reasoning item. A call's signature travels in an item of its own, beside the call.
 */
export type CarriedReasoning = { signature?: string; redacted_data?: string; call_id?: string };

const prefix = 'parley:';

/** Undefined where there is nothing to carry. What OpenAI encrypted is written as it was, where it fits the item's id. */
export function carryReasoning(carried: CarriedReasoning, itemId: string): string | undefined {
  if (carried.signature === undefined && carried.redacted_data === undefined) return undefined;
  const seal = carried.call_id === undefined ? openReasoning(carried.signature) : undefined;
  if (seal && seal.id === itemId && !seal.raw) return seal.encrypted_content;
  return `${prefix}${JSON.stringify(carried)}`;
}

/** Whether an item of a conversation is one of ours, which no vendor can read. */
export function isCarried(item: JsonObject): boolean {
  return textField(item, 'encrypted_content')?.startsWith(prefix) ?? false;
}

export function readCarried(encrypted: string, itemId: string | undefined): CarriedReasoning {
  const carried = encrypted.startsWith(prefix) ? parseJsonObject(encrypted.slice(prefix.length)) : undefined;
  if (!carried) {
    const id = itemId === undefined ? {} : { id: itemId };
    return { signature: sealReasoning({ ...id, encrypted_content: encrypted }) };
  }
  const found: CarriedReasoning = {};
  for (const name of ['signature', 'redacted_data', 'call_id'] as const) {
    const value = textField(carried, name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
