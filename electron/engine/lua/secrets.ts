const SHORTEST_SECRET = 6;
const MOST_SECRETS = 100;
const PLACEHOLDER = '[api key]';

/** Keys a script has been given, to be taken out of whatever it says. */
export class Secrets {
  private readonly own: string;
  /** Keys lent for single calls, the one lent last at the end. */
  private readonly lent = new Set<string>();

  constructor(own: string) {
    this.own = own;
  }

  lend(secret: string): void {
    this.lent.delete(secret);
    this.lent.add(secret);
    if (this.lent.size <= MOST_SECRETS) return;
    for (const oldest of this.lent) {
      this.lent.delete(oldest);
      return;
    }
  }

  redact(text: string): string {
    let safe = text;
    // The longest first: one may begin like another.
    for (const secret of [this.own, ...this.lent].sort((a, b) => b.length - a.length)) {
      if (secret.length < SHORTEST_SECRET) break;
      safe = redactCut(safe.replaceAll(secret, PLACEHOLDER), secret);
    }
    return safe;
  }
}

/** Text that was cut to its greatest length may end in the middle of a key. */
function redactCut(text: string, secret: string): string {
  if (!text.endsWith('…')) return text;
  for (let length = secret.length - 1; length >= SHORTEST_SECRET; length--) {
    const tail = `${secret.slice(0, length)}…`;
    if (text.endsWith(tail)) return `${text.slice(0, -tail.length)}${PLACEHOLDER}…`;
  }
  return text;
}
