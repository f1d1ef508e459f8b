/** Words of one captured part that are quoted; more would be tiring to read back. */
const MAX_QUOTED_WORDS = 20;

/** Fills an answer: `$1` becomes the first captured part, seen from the other side. */
export function reassemble(
  answer: string,
  parts: readonly (readonly string[])[],
  reflections: Readonly<Record<string, string>>,
): string {
  const filled = answer.replaceAll(/\$(\d)/g, (_, digit: string) =>
    quote(parts[Number(digit) - 1] ?? [], reflections),
  );
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

function quote(words: readonly string[], reflections: Readonly<Record<string, string>>): string {
  const quoted = reflect(words.slice(0, MAX_QUOTED_WORDS), reflections).join(' ');
  return words.length > MAX_QUOTED_WORDS ? `${quoted} and so on` : quoted;
}

/** Changes the perspective word by word, pairs first: "you are" is "I am", while "you" alone is "me". */
function reflect(words: readonly string[], reflections: Readonly<Record<string, string>>): string[] {
  const reflected: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const pair = find(`${word} ${words[index + 1] ?? ''}`, reflections);
    reflected.push(pair ?? find(word, reflections) ?? word);
    if (pair !== undefined) index++;
  }
  return reflected;
}

function find(words: string, reflections: Readonly<Record<string, string>>): string | undefined {
  const lowered = words.toLowerCase();
  return Object.hasOwn(reflections, lowered) ? reflections[lowered] : undefined;
}
