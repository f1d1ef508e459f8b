import type { ErrorCode } from '../../contract/errors.ts';

/** A failure inside the worker that is the script's: becomes an AppError on the main thread. */
export class ScriptFault extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** One line that is safe to show in a terminal: control characters out, length capped. */
export function toOneLine(text: string, maxLength: number): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const line = text.slice(0, maxLength + 1).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
