import type { ConfigProblem } from '../../../electron/contract/config.ts';

/** What is wrong with parley.yaml, where, and what holds meanwhile. */
export function configProblemSentence({ file, message, line, column }: ConfigProblem): string {
  const place = [line === undefined ? null : `line ${line}`, column === undefined ? null : `column ${column}`]
    .filter(part => part !== null)
    .join(', ');
  const where = place === '' ? file : `${file}, ${place}`;
  return `${where}: ${message.replace(/\.$/, '')}. The last settings that worked stay in force.`;
}
