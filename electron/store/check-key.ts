import { AppError } from '../contract/errors.ts';

const longestName = 100;
// Clients of the ledger that are no keys.
const reservedNames = new Set(['anonymous', 'chat', 'cli', 'unknown']);

/** The name as it is kept. Throws invalid_request. */
export function checkKeyName(requested: string): string {
  const name = requested.trim();
  if (name === '') throw invalidKey('A key needs a name, such as that of the tool that will use it.');
  if (name.length > longestName) throw invalidKey(`The name of a key has at most ${longestName} characters.`);
  if (/\p{Cc}/u.test(name)) throw invalidKey('The name of a key is one line of text.');
  if (reservedNames.has(name)) {
    throw invalidKey(`"${name}" is what the ledger calls Parley itself. Choose another name.`);
  }
  return name;
}

/** Throws invalid_request where the time has passed already. */
export function checkExpiry(expiresAt: string | null | undefined, now: Date): void {
  if (expiresAt === null || expiresAt === undefined || Date.parse(expiresAt) > now.getTime()) return;
  throw invalidKey(`${expiresAt} has passed already. Choose a later day, or revoke the key.`);
}

export function invalidKey(message: string): AppError {
  return new AppError('invalid_request', message);
}
