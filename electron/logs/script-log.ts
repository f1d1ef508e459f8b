import type { ScriptLogLine } from '../contract/studio-calls.ts';

export type ScriptLog = {
  add(backend: string, level: ScriptLogLine['level'], message: string): void;
  lines(): ScriptLogLine[];
};

const mostLines = 1_000;
const longestMessage = 2_000;
/** Lines that come at once are told at once. */
const gatherMs = 50;

/** The last lines scripts have logged. What is added holds no key any more; `onLines` gets the new ones. */
export function createScriptLog(
  onLines: (lines: ScriptLogLine[]) => void,
  now: () => Date = () => new Date(),
): ScriptLog {
  let lines: ScriptLogLine[] = [];
  let number = 0;
  let told = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const fresh = lines.filter(line => line.number > told);
    told = number;
    onLines(fresh);
  };
  return {
    add(backend, level, message) {
      number += 1;
      const text = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
      lines.push({ number, at: now().toISOString(), backend, level, message: text });
      if (lines.length >= 2 * mostLines) lines = lines.slice(-mostLines);
      timer ??= setTimeout(tell, gatherMs).unref();
    },
    lines: () => lines.slice(-mostLines),
  };
}
