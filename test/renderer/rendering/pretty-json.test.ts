import { expect, test } from 'vitest';

import { prettyJson } from '../../../renderer/features/thread/rendering/pretty-json.ts';

test.each([
  ['{"a":1,"b":[true,null]}', '{\n  "a": 1,\n  "b": [\n    true,\n    null\n  ]\n}'],
  ['{"city":"Ber', '{\n  "city": "Ber'],
  ['{"a":[1,', '{\n  "a": [\n    1,'],
  ['{"a":{}', '{\n  "a": {}'],
  ['{"s":"a,b:{c}"', '{\n  "s": "a,b:{c}"'],
  ['plain text', 'plain text'],
])('%j', (text, expected) => {
  expect(prettyJson(text)).toBe(expected);
});
