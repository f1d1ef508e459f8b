import type { ErrorCode } from '../../contract/errors.ts';

/** A failure inside the worker that is the script's: becomes an AppError on the main thread. */
export class ScriptFault extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

// Control characters, and those that turn the direction of what follows, to show something else than it says.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE_TO_SHOW = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** One line that is safe to show in a terminal, its length capped. */
export function toOneLine(text: string, maxLength: number): string {
  const line = text.slice(0, maxLength + 1).replace(UNSAFE_TO_SHOW, ' ');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
