import { encodeToolName } from '../tool-name.ts';

/** Google takes points and colons, too; another name it refuses is written otherwise, always alike. */
export function geminiToolName(name: string): string {
  return /^[A-Za-z_][\w.:-]{0,127}$/.test(name) ? name : encodeToolName(name);
}
