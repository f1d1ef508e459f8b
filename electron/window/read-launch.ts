import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line of a start asks for, among the switches that are Chromium's. */
export type Launch = {
  /** Value of --data-dir; empty where it was left out after it. */
  dataDir: string | undefined;
  safe: boolean;
  /** Shows no window. */
  hidden: boolean;
  /** The system started it as somebody logged in. */
  atLogin: boolean;
  /** parley:// addresses another program opened. */
  links: string[];
  /** Scripts somebody opened with Parley, as whole paths. */
  scripts: string[];
};

/** `args` without the program; `folder` is where the person stands. */
export function readLaunch(args: readonly string[], folder: string): Launch {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'data-dir': { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  const dataDir = values['data-dir'];
  return {
    // Without a value it is `true`; the empty name is refused with a sentence.
    dataDir: typeof dataDir === 'boolean' ? '' : dataDir,
    safe: values['safe'] === true,
    hidden: values['hidden'] === true,
    atLogin: values['at-login'] === true,
    links: positionals.filter(isLink),
    scripts: positionals.filter(isScript).map(path => (isAbsolute(path) ? path : resolve(folder, path))),
  };
}

/** What a start can hand to a Parley that runs, in bytes. */
const handedBytes = 6000;

/**
 * Whether a start has to end by itself: Chromium hands no more than 32 KiB over, twice the arguments and the folder among
 * them, and kills the running program for not answering to more.
 */
export function isTooLongToHand(args: readonly string[]): boolean {
  return Buffer.byteLength(args.join(' ')) > handedBytes;
}

/**
 * The same arguments for another start, without what was asked of this one alone. Chromium puts switches before all other
 * words when it starts a program, so a switch and its value have to be one word.
 */
export function argsAgain(args: readonly string[]): string[] {
  const again: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--data-dir') again.push(`--data-dir=${args[(at += 1)] ?? ''}`);
    else if (!isLink(arg) && !isScript(arg) && arg !== '--hidden' && arg !== '--at-login') again.push(arg);
  }
  return again;
}

function isLink(arg: string): boolean {
  return /^parley:/i.test(arg);
}

function isScript(arg: string): boolean {
  return !arg.startsWith('-') && !isLink(arg) && /\.lua$/i.test(arg);
}
