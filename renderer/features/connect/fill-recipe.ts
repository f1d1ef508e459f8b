import { shellQuote } from '../../../electron/contract/connect-recipes.ts';
import type { ConnectValues, ToolRecipe } from '../../../electron/contract/connect-recipes.ts';

/** One piece to copy. `file` is its path below the home directory. */
export type RecipeStep = {
  type: 'file' | 'env' | 'code';
  language: string;
  text: string;
  file?: string;
};

/** A recipe with everything filled in, in the order it is followed. */
export function fillRecipe(recipe: ToolRecipe, values: ConnectValues, platform: string): RecipeStep[] {
  const { file, env, code } = recipe;
  const steps: RecipeStep[] = [];
  if (file) {
    const path = ['~', ...file.path(platform)].join(platform === 'win32' ? '\\' : '/');
    steps.push({ type: 'file', language: file.format, text: file.text(values).trimEnd(), file: path });
  }
  if (env) {
    const language = platform === 'win32' ? 'powershell' : 'sh';
    steps.push({ type: 'env', language, text: exportLines(env(values), platform) });
  }
  if (code) steps.push({ type: 'code', language: code.language, text: code.text(values) });
  return steps;
}

function exportLines(variables: Record<string, string>, platform: string): string {
  return Object.entries(variables)
    .map(([name, value]) =>
      platform === 'win32'
        ? `$env:${name} = '${value.replaceAll("'", "''")}'`
        : `export ${name}=${shellQuote(value)}`,
    )
    .join('\n');
}

/** A key as it may stand on the page: enough to recognise it by. */
export function hideKey(key: string): string {
  return key === '' ? 'parley-…' : `${key.slice(0, 11)}…`;
}
