import type { TFunction } from 'i18next';

import type { ConfigProblem } from '../../../electron/contract/config.ts';

/** What is wrong with parley.yaml, where, and what holds meanwhile. */
export function configProblemSentence(
  { file, message, line, column }: ConfigProblem,
  t: TFunction<'settings'>,
): string {
  const place = [
    line === undefined ? null : t('problem.line', { line }),
    column === undefined ? null : t('problem.column', { column }),
  ]
    .filter(part => part !== null)
    .join(', ');
  const where = place === '' ? file : t('problem.at', { file, place });
  return t('problem.sentence', { where, message: message.replace(/\.$/, '') });
}
