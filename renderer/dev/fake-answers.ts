/** Answers that show everything an answer can contain. */
export const longAnswer = `A *binary search* halves the range it looks at with every step, so it needs about log₂ n comparisons. Three things have to hold:

1. The items are **sorted** by the key you search for.
2. You can reach any item directly.
3. Comparing two keys is cheap.

## The code

\`\`\`python
def binary_search(items: list[int], wanted: int) -> int | None:
    """Index of \`wanted\`, or None."""
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2  # cannot overflow in Python
        if items[middle] == wanted:
            return middle
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle - 1
    return None
\`\`\`

The same in TypeScript, with one very long line to see how it behaves when it does not fit:

\`\`\`ts
export function binarySearch<T>(items: readonly T[], wanted: T, compare: (a: T, b: T) => number = (a, b) => (a < b ? -1 : Number(a > b))): number | undefined {
  let low = 0;
  let high = items.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compare(items[middle]!, wanted);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
\`\`\`

## How it compares

| Search | Needs sorted input | Comparisons | When to use it |
|---|:---:|---:|---|
| Linear | no | n | short lists, or only one search |
| Binary | yes | log₂ n | many searches over the same list |
| Interpolation | yes, evenly spread | log log n | numbers that are spread evenly |
| Hash table | no | 1 | exact matches, memory to spare |

> Although the basic idea of binary search is comparatively straightforward, the details can be surprisingly tricky.
> Donald Knuth

- [x] works on an empty list
- [ ] finds the *first* of several equal items

See [the article](https://en.wikipedia.org/wiki/Binary_search_algorithm) for its history. ![A diagram](https://example.com/diagram.png)

<script>alert('inert')</script> <b>HTML stays text.</b>
`;

export const shortAnswer =
  'Yes. Set `TZ=UTC` before the command and every program it starts sees the same clock:\n\n```sh\nTZ=UTC npm test\n```\n\nIn a container, put it into the image instead, so that nobody can forget it.';

export const elizaAnswers = [
  'How do you do. Please tell me your problem.',
  'Why do you say that you are curious?',
  'Do you believe it is normal to be curious?',
];
