import { isDeepStrictEqual } from 'node:util';

import { configSchema } from '../contract/config.ts';
import type { Config, ConfigProblem } from '../contract/config.ts';
import { defaultConfigText } from './default-config.ts';
import { parseConfig } from './parse-config.ts';
import type { ParsedConfig } from './parse-config.ts';

export type ConfigListeners = {
  /** The configuration in force is another one, through whomever. Must not throw. */
  onChange: (config: Config) => void;
  /** The file has a problem, another problem, or (null) none any more. Must not throw. */
  onProblem: (problem: ConfigProblem | null) => void;
};

/** What is in force, and what was last seen of the file. */
export type ConfigState = {
  current(): Config;
  problem(): ConfigProblem | null;
  /** What was last read or written; undefined while there is no text. */
  lastText(): string | undefined;
  /** The newest text without a mistake: what a file deleted under way is restored from. */
  lastGoodText(): string;
  /** Puts a text in force, or keeps the last good one and reports why. */
  accept(text: string): ParsedConfig;
  /** There is no text to read. */
  fail(message: string): void;
  /** No listener is called from here on. */
  silence(): void;
};

export function createConfigState(file: string, { onChange, onProblem }: ConfigListeners): ConfigState {
  let current = configSchema.parse({});
  let problem: ConfigProblem | null = null;
  let lastText: string | undefined;
  let lastGoodText: string | undefined;
  let silent = false;

  function setProblem(next: ConfigProblem | null): void {
    if (isDeepStrictEqual(next, problem)) return;
    problem = next;
    if (!silent) onProblem(next);
  }

  return {
    current: () => current,
    problem: () => problem,
    lastText: () => lastText,
    lastGoodText: () => lastGoodText ?? defaultConfigText,
    accept(text) {
      lastText = text;
      const parsed = parseConfig(text, file);
      if (parsed.type === 'bad') {
        setProblem(parsed.problem);
        return parsed;
      }
      lastGoodText = text;
      setProblem(null);
      if (!isDeepStrictEqual(parsed.config, current)) {
        current = parsed.config;
        if (!silent) onChange(current);
      }
      return parsed;
    },
    fail(message) {
      lastText = undefined;
      setProblem({ file, message });
    },
    silence() {
      silent = true;
    },
  };
}
