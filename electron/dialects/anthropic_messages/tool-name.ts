import { encodeToolName } from '../tool-name.ts';

/** The name as Anthropic takes it: one it refuses (Gemini's may have points) is written otherwise, always alike. */
export function anthropicToolName(name: string): string {
  return /^[\w-]{1,128}$/.test(name) ? name : encodeToolName(name);
}
