import { isCommand } from './registry.ts';

/**
 * The words of a command among the arguments of the app itself, which is the command line where Parley is installed; or
 * undefined where a window is wanted. Chromium's switches may stand before them.
 */
export function commandWords(args: readonly string[]): string[] | undefined {
  const own: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (isCommand(word)) return [...own, ...args.slice(at)];
    if (!word.startsWith('-')) return undefined;
    if (word === '--data-dir') own.push(word, args[(at += 1)] ?? '');
    else if (word === '--json' || word.startsWith('--data-dir=')) own.push(word);
  }
  return undefined;
}
