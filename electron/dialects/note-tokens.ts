import type { Usage } from '../contract/usage.ts';

/** What is not known stays out. */
export function noteTokens(usage: Usage, name: keyof Usage, tokens: number | undefined): void {
  if (tokens !== undefined) usage[name] = tokens;
}
