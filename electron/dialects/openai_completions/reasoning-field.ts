import { parseJsonObject } from '../../contract/json.ts';
import type { ThinkingBlock } from '../../contract/message.ts';
import { textField } from '../json-fields.ts';

/*
 * OpenAI's format has no place for reasoning. Servers that show theirs (DeepSeek, Moonshot, MiniMax, vLLM …) refuse a
 * conversation, or answer worse, where it does not come back with the calls it led to; all others refuse the field. So
 * thinking carries the name of the field it came in, and of the model, and goes back to no other.
 */

/** Names of the field, the one most servers and tools know first. */
export const reasoningFields = ['reasoning_content', 'reasoning'] as const;
export type ReasoningField = (typeof reasoningFields)[number];

export type ReasoningSeal = {
  field: ReasoningField;
  /** Who thought it; missing where a tool put it into the conversation itself. */
  model?: string;
};

const prefix = 'openai_completions:';

export function sealReasoning(seal: ReasoningSeal): string {
  return `${prefix}${JSON.stringify(seal)}`;
}

/** What an assistant's message holds of its reasoning for this model: {} where it takes none. */
export function reasoningFor(
  modelId: string,
  blocks: readonly ThinkingBlock[],
  hasCalls: boolean,
): Partial<Record<ReasoningField, string>> {
  const fields: Partial<Record<ReasoningField, string>> = {};
  for (const { text, signature } of blocks) {
    const seal = openSeal(signature);
    if (!seal) continue;
    const isWanted = seal.model === undefined || (hasCalls && isSameModel(seal.model, modelId));
    if (isWanted && text !== '') fields[seal.field] = (fields[seal.field] ?? '') + text;
  }
  return fields;
}

function openSeal(signature: string | undefined): ReasoningSeal | undefined {
  if (!signature?.startsWith(prefix)) return undefined;
  const value = parseJsonObject(signature.slice(prefix.length));
  const field = reasoningFields.find(known => known === value?.['field']);
  const model = value && textField(value, 'model');
  return field && { field, ...(model !== undefined && { model }) };
}

/** An answer's name of its model is often the asked one with a vendor before it or a date after it. */
function isSameModel(answered: string, asked: string): boolean {
  const [one, other] = [baseName(answered), baseName(asked)];
  return one.startsWith(other) || other.startsWith(one);
}

function baseName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase();
}
