/** A link as most are written, which plain markdown reads as well. */
const plainLink = /(?<![\\!`[])\[[^[\]`\\\n]*\]\([a-z]+:\/\/[^\s()<>`\\]*\)/gi;

/** Tables, strikethrough, notes, tasks, and addresses that stand in the text. */
const gfm = /[|~@]|:-|-:|\[\^|\[[ x\t\n]\]|www\.|:\/\//i;

/** Whether markdown may hold what GitHub added to it. Reading that takes about as long again, and most paragraphs have none. */
export function mayHoldGfm(text: string): boolean {
  return gfm.test(text) && gfm.test(text.replace(plainLink, ''));
}
