import type { ParseArgsConfig } from 'node:util';

import { AppError } from '../contract/errors.ts';

export type CommandContext = {
  /** The data directory, made if need be. Throws data_dir_unwritable. */
  dataDir(): string;
  env: Readonly<Record<string, string | undefined>>;
  json: boolean;
  options: Record<string, string | boolean | (string | boolean)[] | undefined>;
  args: string[];
  print(line: string): void;
  warn(line: string): void;
};

export type Command = {
  /** Everything behind `parley`, e.g. `keys create NAME | list | revoke NAME`. */
  usage: string;
  summary: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** Words it takes at most beside its options; none where this is left out. */
  maxArgs?: number;
  /** Resolves to the exit code, 0 or 1. */
  run(context: CommandContext): Promise<number>;
};

/** Said by every command that takes `--safe`. */
export const safeModeNote = 'Safe mode: no scripts of your own are loaded.';

/** An option's text; undefined when it was not given. */
export function textOption(context: CommandContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

export function requireArgument(context: CommandContext, index: number, what: string, usage: string): string {
  const value = context.args[index];
  if (value !== undefined && value !== '') return value;
  throw new AppError('invalid_request', `${what} is missing. Use: parley ${usage}`);
}

export function unknownAction(action: string | undefined, usage: string): AppError {
  const said = action === undefined ? 'Say what to do' : `There is no "${action}" here`;
  return new AppError('invalid_request', `${said}. Use: parley ${usage}`);
}

/** Rows under headings, columns aligned, for a terminal. */
export function formatTable(headings: string[], rows: string[][]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map(row => (row[column] ?? '').length)),
  );
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(headings), ...rows.map(line)].join('\n');
}
