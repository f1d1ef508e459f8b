import { parseArgs } from 'node:util';

import { resolveDataDir } from '../config/data-dir.ts';
import { AppError } from '../contract/errors.ts';
import { findResources } from '../resources.ts';
import type { Command, CommandContext } from './command.ts';
import { findCommand, usageText } from './registry.ts';

export type CommandLine = Pick<CommandContext, 'print' | 'warn' | 'env'>;

const globalOptions = {
  'data-dir': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs one command and resolves to the exit code. Throws what is to be said in one sentence on stderr. */
export async function runCommand(argv: readonly string[], line: CommandLine): Promise<number> {
  const { name, rest } = splitCommand(argv);
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    line.print(usageText());
    return name === undefined ? 1 : 0;
  }
  if (name === '--version' || name === '-v') {
    line.print(findResources().version);
    return 0;
  }
  const command = findCommand(name);
  const { values, positionals } = readArguments(command, rest);
  if (values['help'] === true) {
    line.print(`parley ${command.usage}\n  ${command.summary}`);
    return 0;
  }
  if (positionals.length > (command.maxArgs ?? 0)) {
    // The word itself is not repeated: after `secrets set` it may be a key.
    throw new AppError('invalid_request', `There is a word too many. Use: parley ${command.usage}`);
  }
  const flag = values['data-dir'];
  return command.run({
    dataDir: () => resolveDataDir({ flag: typeof flag === 'string' ? flag : undefined, env: line.env }),
    env: line.env,
    json: values['json'] === true,
    options: values,
    args: positionals,
    print: text => line.print(text),
    warn: text => line.warn(text),
  });
}

/** Options every command takes may also stand before its name. */
function splitCommand(argv: readonly string[]): { name: string | undefined; rest: string[] } {
  let at = 0;
  while (argv[at] === '--json' || argv[at]?.startsWith('--data-dir')) at += argv[at] === '--data-dir' ? 2 : 1;
  return { name: argv[at], rest: [...argv.slice(0, at), ...argv.slice(at + 1)] };
}

function readArguments(
  command: Command,
  args: string[],
): { values: CommandContext['options']; positionals: string[] } {
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...command.options, ...globalOptions } });
  } catch (cause) {
    throw new AppError('invalid_request', describeMistake(cause, command), { cause });
  }
}

/** Node's own messages take several lines. */
function describeMistake(cause: unknown, { usage }: Command): string {
  const { code, message } = cause as NodeJS.ErrnoException; // parseArgs throws nothing else
  const option = /'(?:-\w, )?(--?[^' ]+)/.exec(message)?.[1] ?? 'An option';
  const wrong =
    code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 'is no option here' : 'is not given as it has to be';
  return `${option} ${wrong}. Use: parley ${usage} (and --data-dir DIR, --json)`;
}
