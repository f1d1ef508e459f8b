/** Blocks of which texts may name sources; what else they are does not matter here. */
type MaybeText = { type: string; text?: string; citations?: readonly unknown[] | undefined };

/**
 * Anthropic cuts an answer that cites into a text for each claim and what stands between; read as one they are sentences
 * again. Texts that bring their own end of sentence without a space after it were paragraphs.
 */
export function joinCitedText<T extends MaybeText>(blocks: readonly T[]): T[] {
  const joined: T[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last?.type !== 'text' || block.type !== 'text') {
      joined.push(block);
      continue;
    }
    const [before, after] = [last.text ?? '', block.text ?? ''];
    joined[joined.length - 1] = { ...last, ...block, text: before + seam(before, after) + after };
  }
  return joined;
}

function seam(before: string, after: string): string {
  if (before === '' || after === '' || /\s$/.test(before) || /^[\s.,;:!?)\]]/.test(after)) return '';
  return /[.!?:。！？：]$/.test(before) ? '\n\n' : '';
}
