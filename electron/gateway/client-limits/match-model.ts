/** More of a name is never looked at: it comes from the tool, and no model is called like that. */
const longestName = 500;

/** Whether one of the patterns describes the name; `*` is any text, slashes included, `?` one character. */
export function matchesModel(patterns: readonly string[], name: string): boolean {
  return name.length <= longestName && patterns.some(pattern => matchesPattern(pattern, name));
}

/** By going back to the last star only, so that no pattern takes longer than both lengths multiplied. */
function matchesPattern(pattern: string, name: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starredTo = 0;
  while (next < name.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      starredTo = next;
      at += 1;
    } else if (wanted === '?' || wanted === name[next]) {
      at += 1;
      next += 1;
    } else if (star !== -1) {
      starredTo += 1;
      at = star + 1;
      next = starredTo;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
