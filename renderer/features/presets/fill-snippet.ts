/** Filled in without asking. */
const builtIn = new Set(['date', 'clipboard']);
const variable = /\{\{\s*([^{}\s][^{}]*?)\s*\}\}/g;

/** Names of the values a snippet asks for, each once, in the order of the text. */
export function variablesOf(text: string): string[] {
  const names = [...text.matchAll(variable)].map(([, name = '']) => name);
  return [...new Set(names)].filter(name => !builtIn.has(name));
}

/** Whether the text wants what was copied last; the person is asked for that by the browser. */
export function wantsClipboard(text: string): boolean {
  return [...text.matchAll(variable)].some(([, name]) => name === 'clipboard');
}

/** The text with its values in place; one that is missing stays as it was written. */
export function fillSnippet(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(variable, (written, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? written) : written,
  );
}
