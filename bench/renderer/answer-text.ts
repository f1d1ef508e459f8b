const paragraph = (part: number): string =>
  `Part ${String(part)} looks at *one* side of it. A **binary search** halves the range with every step, so it needs about log₂ n comparisons, which \`bisect\` does for you; see [the docs](https://example.com/${String(part)}) for the rest of the story.\n\n`;

const others = [
  '## What it needs\n\n1. The items are **sorted** by the key.\n2. Any item can be reached directly.\n3. Comparing two keys is cheap.\n\n',
  '```python\ndef binary_search(items: list[int], wanted: int) -> int | None:\n    low, high = 0, len(items) - 1\n    while low <= high:\n        middle = (low + high) // 2\n        if items[middle] == wanted:\n            return middle\n        if items[middle] < wanted:\n            low = middle + 1\n        else:\n            high = middle - 1\n    return None\n```\n\n',
  '| Search | Needs sorted input | Comparisons |\n|---|:---:|---:|\n| Linear | no | n |\n| Binary | yes | log₂ n |\n| Hash table | no | 1 |\n\n',
  '> The details can be surprisingly tricky.\n\n- [x] works on an empty list\n- [ ] finds the *first* of several\n\n',
];

/** Markdown of about so many tokens (four characters each): prose, and every other block an answer has. */
export function answerText(tokens: number): string {
  let text = '';
  for (let part = 0; text.length < tokens * 4; part += 1) {
    text += paragraph(part) + (part % 2 === 0 ? (others[(part / 2) % others.length] ?? '') : '');
  }
  return text.slice(0, tokens * 4);
}
