/** A sign that opens a list of suggestions, and what stands behind it up to the caret. */
export type Trigger = { sign: '/' | '@'; query: string; start: number };

/** The sign being typed at the caret: the first of its word, so that neither paths nor addresses open a list. */
export function findTrigger(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const word = /(?:^|\s)([/@])([^\s/@]*)$/.exec(before.slice(-80));
  if (!word) return null;
  const [, sign, query = ''] = word;
  return { sign: sign === '/' ? '/' : '@', query, start: caret - query.length - 1 };
}

/** The text with the sign and its query replaced, and where the caret goes then. */
export function replaceTrigger(text: string, trigger: Trigger, replacement: string) {
  const end = trigger.start + 1 + trigger.query.length;
  return {
    text: text.slice(0, trigger.start) + replacement + text.slice(end),
    caret: trigger.start + replacement.length,
  };
}
