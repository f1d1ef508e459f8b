// Strings may lack their end: to give up on one and begin anew at each quote inside takes the square of the time.
const COMMENTS_AND_STRINGS =
  /--\[(=*)\[[\s\S]*?(?:\]\1\]|$)|--[^\n]*|\[(=*)\[[\s\S]*?(?:\]\2\]|$)|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/g;
const ESCAPES = /\\(x[0-9a-fA-F]{2}|u\{|z|\r\n|[\s\S])/g;
const KNOWN_ESCAPE = /^(?:[abfnrtvz\\"'\n\r0-9]|\r\n|x[0-9a-fA-F]{2}|u\{)$/;

/** Lua 5.1 reads an unknown escape such as "\-" as the character itself, 5.4 refuses it: drop the backslash. Lines stay. */
export function fixEscapes(source: string): string {
  if (!source.includes('\\')) return source;
  return source.replace(COMMENTS_AND_STRINGS, token => {
    if (!token.startsWith('"') && !token.startsWith("'")) return token;
    return token.replace(ESCAPES, (escape, rest: string) => (KNOWN_ESCAPE.test(rest) ? escape : rest));
  });
}
