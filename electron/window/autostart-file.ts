/** The XDG autostart entry that starts Parley as somebody logs in. */
export function autostartFile(program: string, args: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Parley',
    `Exec=${[program, ...args].map(quoteArgument).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * As the Desktop Entry Specification says: quoted, with `"`, backtick, `$` and `\` escaped, a `%` doubled, and once more every
 * backslash, because the value is a string that has escapes of its own.
 */
function quoteArgument(text: string): string {
  // A new line would begin another entry.
  const flat = text.replaceAll(/[\r\n]/g, ' ');
  const escaped = flat.replaceAll(/(["`$\\])/g, '\\$1').replaceAll('%', '%%');
  return `"${escaped.replaceAll('\\', '\\\\')}"`;
}
