/** JSON with its members on lines of their own. What is no JSON, or not whole yet, is laid out as far as it goes. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return /^\s*[[{]/.test(text) ? layOut(text) : text;
  }
}

function layOut(text: string): string {
  let out = '';
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:\\[^]|[^"\\])*"?|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      out += `${token}${newLine(depth)}`;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      out = `${out.trimEnd()}${/[{[]$/.test(out.trimEnd()) ? '' : newLine(depth)}${token}`;
    } else if (token === ',') out += `,${newLine(depth)}`;
    else out += token === ':' ? ': ' : token;
  }
  return out.trimEnd();
}

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.max(0, depth))}`;
}
