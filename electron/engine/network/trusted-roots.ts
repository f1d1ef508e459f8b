import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';

import { AppError } from '../../contract/errors.ts';

const pemPattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, one by one. Throws config_invalid where it has none, or one that cannot be read. */
export async function readCertificates(file: string): Promise<string[]> {
  const text = await readFile(file, 'latin1').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw refuse(file, `cannot be read (${code})`, cause);
  });
  const certificates = text.match(pemPattern) ?? [];
  if (certificates.length === 0)
    throw refuse(file, 'holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  certificates.forEach((certificate, index) => {
    const problem = problemOf(certificate);
    if (problem !== undefined)
      throw refuse(file, `is damaged: its certificate number ${String(index + 1)} is none`, problem);
  });
  return certificates;
}

function problemOf(certificate: string): unknown {
  try {
    const { fingerprint } = new X509Certificate(certificate);
    return fingerprint === '' ? new Error('no certificate') : undefined;
  } catch (error) {
    return error;
  }
}

/** Trust in these certificates beside Node's own, which a plain `ca` would replace; it takes 35 ms to build, so it is shared. */
export function trustAlso(certificates: readonly string[]): tls.SecureContext {
  // Holds NODE_EXTRA_CA_CERTS and --use-system-ca, too; Node has it from 22.15 on.
  const { getCACertificates }: Partial<typeof tls> = tls;
  const usual = getCACertificates?.('default') ?? tls.rootCertificates;
  return tls.createSecureContext({ ca: [...usual, ...certificates] });
}

function refuse(file: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'config_invalid',
    `The file of certificates ${file} ${what}; mend ca_file under network in parley.yaml, or take it out.`,
    { cause },
  );
}
