import { AppError } from '../../contract/errors.ts';
import type { Keychain } from '../keys/keychain.ts';
import { parseKeyValue } from '../keys/parse-key-value.ts';
import type { KeyValue, TemplatePart } from '../keys/parse-key-value.ts';
import type { Environment } from './read-environment.ts';

export type PasswordSources = { env: Environment; keychain: Pick<Keychain, 'get'> };

/** Finds what a user name or password of the settings stands for. Throws missing_env_var, invalid_auth_value, keychain_unavailable. */
export async function resolvePassword(text: string, sources: PasswordSources): Promise<string> {
  const value = readValue(text);
  switch (value.type) {
    case 'nothing':
      return '';
    case 'literal':
      // Not what was parsed: a password may begin or end with a space.
      return text;
    case 'env':
      return value.parts.map(part => fillPart(part, sources.env)).join('');
    case 'keychain': {
      const secret = (await sources.keychain.get(value.account))?.trim();
      if (secret !== undefined && secret !== '') return secret;
      throw new AppError(
        'invalid_auth_value',
        `The keychain holds nothing for the account ${value.account}, named by the password of the proxy; store it with: parley secrets set ${value.account}.`,
      );
    }
  }
}

function readValue(text: string): KeyValue {
  try {
    return parseKeyValue(text, 'settings');
  } catch (cause) {
    // Its own sentence speaks of an API key.
    const message =
      'The password of the proxy (network.proxy or proxy_password in parley.yaml) names no proper variable or account; write ${NAME}, env:NAME or keychain:ACCOUNT.';
    throw new AppError('invalid_auth_value', message, { cause });
  }
}

function fillPart(part: TemplatePart, env: Environment): string {
  if (part.type === 'text') return part.text;
  const value = env[part.name]?.trim();
  if (value !== undefined && value !== '') return value;
  throw new AppError(
    'missing_env_var',
    `The environment variable ${part.name}, named by the password of the proxy in parley.yaml, is not set; set it and start Parley again, or use keychain:ACCOUNT.`,
  );
}
