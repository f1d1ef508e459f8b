import { expect, test } from 'vitest';

import { menuLabels, menuLabelsSchema } from '../../electron/contract/menu-labels.ts';
import { reviewWarnings } from '../../electron/contract/review-warnings.ts';
import { catalogues } from '../../renderer/texts/texts.ts';

test('what the menus say before there is a page is what the English page says', () => {
  expect(catalogues.en.menu).toEqual(menuLabels);
});

test.each(['en', 'de', 'zh-Hans'] as const)('the menus take what the page says in %s', language => {
  expect(menuLabelsSchema.parse(catalogues[language].menu)).toEqual(catalogues[language].menu);
});

test('what is to be read of a script before a yes is the same in a terminal and on the page', () => {
  expect(catalogues.en.providers.warnings).toEqual(reviewWarnings);
});
