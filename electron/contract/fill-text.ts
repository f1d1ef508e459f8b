/** Puts values into the holes of a text from a catalogue, which are written {{name}}. */
export function fillText(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (hole, name: string) => values[name] ?? hole);
}
