import { AppError } from '../../../electron/contract/errors.ts';
import { openKeychain } from '../../../electron/engine/keys/keychain.ts';
import { resolveKey } from '../../../electron/engine/keys/resolve-key.ts';

// Run by secret-service.test.ts as a process of its own, because the bus is found through the environment.
const secret = 'made-up-key-äöü';
const account = 'parley test account';
const nativeIsLoaded = () => process.report.getReport() as { sharedObjects: string[] };
const keychain = openKeychain();

async function attempt<T>(use: () => Promise<T>): Promise<T | { code: string; message: string }> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const result = {
  loaded_before: nativeIsLoaded().sharedObjects.some(file => file.includes('keyring')),
  before: (await attempt(() => keychain.get(account))) ?? null,
  set: (await attempt(() => keychain.set(account, secret))) ?? null,
  // Another instance, so that nothing comes from memory.
  get_is_secret: (await attempt(() => openKeychain().get(account))) === secret,
  origin: await attempt(async () => {
    const sources = { env: {}, keychain: openKeychain() };
    const { key, origin } = await resolveKey({ settings: `keychain:${account}` }, sources);
    return { ...origin, is_secret: key === secret };
  }),
  other_service: (await attempt(() => openKeychain({ service: 'Parley test' }).get(account))) ?? null,
  removed: await attempt(() => keychain.remove(account)),
  removed_again: await attempt(() => keychain.remove(account)),
  after: (await attempt(() => openKeychain().get(account))) ?? null,
  loaded_after: nativeIsLoaded().sharedObjects.some(file => file.includes('keyring')),
};
console.log(JSON.stringify(result));

export type KeychainSteps = typeof result;
