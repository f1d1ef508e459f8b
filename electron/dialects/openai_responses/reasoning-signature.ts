import { parseJsonObject } from '../../contract/json.ts';
import { textField } from '../json-fields.ts';

/** What must go back beside the text of a reasoning item, so that its maker takes it for its own. */
export type ReasoningSeal = {
  /** Refused where it is another one than what is encrypted belongs to. */
  id?: string;
  encrypted_content: string;
  /** Lengths of the parts the text was joined from, where there were several. */
  parts?: number[];
  /** The text was the reasoning itself, not a summary of it. */
  raw?: true;
};

const prefix = 'openai_responses:';

/** Between the parts of a reasoning item in our one text. */
export const partSeparator = '\n\n';

export function sealReasoning(seal: ReasoningSeal): string {
  return `${prefix}${JSON.stringify(seal)}`;
}

/** Undefined where somebody else signed. */
export function openReasoning(signature: string | undefined): ReasoningSeal | undefined {
  if (!signature?.startsWith(prefix)) return undefined;
  const value = parseJsonObject(signature.slice(prefix.length));
  const encrypted_content = value && textField(value, 'encrypted_content');
  if (!value || encrypted_content === undefined) return undefined;
  const id = textField(value, 'id');
  const { parts } = value;
  const isLengths = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every(length => typeof length === 'number');
  return {
    ...(id !== undefined && { id }),
    encrypted_content,
    ...(isLengths(parts) && { parts }),
    ...(value['raw'] === true && { raw: true as const }),
  };
}

/** The text as it was before it was joined; in one piece where it was changed since. */
export function splitParts(text: string, lengths: number[] | undefined): string[] {
  if (text === '') return [];
  const pieces: string[] = [];
  let position = 0;
  for (const length of lengths ?? []) {
    pieces.push(text.slice(position, position + length));
    position += length + partSeparator.length;
  }
  return pieces.join(partSeparator) === text ? pieces : [text];
}
