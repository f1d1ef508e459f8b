import { expect, test } from 'vitest';

import { joinCitedText } from '../../../renderer/features/thread/rendering/join-cited-text.ts';

const text = (...texts: string[]) => texts.map(each => ({ type: 'text', text: each }));

test('claims and what stands between them read as one text', () => {
  const blocks = text(
    'I will look.',
    'It is said that ',
    'he was born in 1916',
    ', in Michigan.',
    ' Later he moved.',
  );
  expect(joinCitedText(blocks)).toEqual(
    text('I will look.\n\nIt is said that he was born in 1916, in Michigan. Later he moved.'),
  );
});

test('what is no text keeps texts apart', () => {
  const blocks = [...text('Before.'), { type: 'tool_use' }, ...text('After.')];
  expect(joinCitedText(blocks)).toEqual(blocks);
});
