import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';

import { z } from 'zod';

import { AppError } from '../contract/errors.ts';

/** Text under a passphrase: scrypt makes the key, AES-256-GCM seals and proves it. All bytes are base64. */
export const sealedSchema = z.object({
  kdf: z.literal('scrypt'),
  // Bounded: a file from elsewhere must not take the memory of the machine.
  cost: z.number().int().min(16_384).max(1_048_576),
  block_size: z.literal(8),
  parallelization: z.literal(1),
  cipher: z.literal('aes-256-gcm'),
  salt: z.string(),
  nonce: z.string(),
  tag: z.string(),
  data: z.string(),
});
export type Sealed = z.infer<typeof sealedSchema>;

// The cost OWASP names for scrypt: 128 MiB and a good part of a second.
const usualCost = 131_072;

export async function seal(text: string, passphrase: string): Promise<Sealed> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt, usualCost), nonce);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    kdf: 'scrypt',
    cost: usualCost,
    block_size: 8,
    parallelization: 1,
    cipher: 'aes-256-gcm',
    salt: salt.toString('base64'),
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

/** Throws invalid_request where the passphrase is another one, or a byte was changed. */
export async function unseal(sealed: Sealed, passphrase: string): Promise<string> {
  const bytes = (field: 'salt' | 'nonce' | 'tag' | 'data'): Buffer => Buffer.from(sealed[field], 'base64');
  const key = await deriveKey(passphrase, bytes('salt'), sealed.cost);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes('nonce'), { authTagLength: 16 });
    decipher.setAuthTag(bytes('tag'));
    return Buffer.concat([decipher.update(bytes('data')), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new AppError(
      'invalid_request',
      'This is not the passphrase the keys were exported with. Try again, or import without the keys.',
      { cause },
    );
  }
}

function deriveKey(passphrase: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 };
  return new Promise((resolve, reject) => {
    // The same letters typed on another system may come in other code points.
    scrypt(passphrase.normalize('NFKC'), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
