import type { ProviderReview } from '../contract/backends.ts';
import { AppError } from '../contract/errors.ts';
import { hashOf } from './load-backend.ts';
import type { ScriptHost } from './lua/script-host.ts';
import { describeProvider } from './provider-description.ts';
import type { ProviderDescription } from './provider-description.ts';
import { namesInKeyValue } from './script-grants.ts';
import { typeOfFile } from './script-library.ts';
import type { ScriptLibrary } from './script-library.ts';

export type InspectDeps = {
  host: ScriptHost;
  library: ScriptLibrary;
  /** Source of this type that was approved before. */
  approvedSource?: ((type: string) => Promise<string | null>) | undefined;
};

/** Stands for the backend's own url while there is no backend yet; `.invalid` can never be reached (RFC 2606). */
const urlToCome = 'http://your-backend.invalid';

/** Finds out what a script asks for, without a single request. Throws the script's error or script_refused. */
export async function inspectProvider(
  fileName: string,
  source: string,
  deps: InspectDeps,
): Promise<ProviderReview> {
  const type = typeOfFile(fileName);
  if (type === 'eliza') {
    throw new AppError(
      'script_refused',
      'eliza is the name of the built-in demo. Give the script another file name.',
    );
  }
  const { description, hooks } = await describe(type, source, deps.host);
  const replaces = (await deps.library.list()).find(known => known.type === type)?.origin ?? null;
  const needsUrl = description.base_url.startsWith(urlToCome);
  const named =
    description.key?.type === 'value' ? namesInKeyValue(description.key.value) : { env: [], keychain: [] };
  return {
    type,
    name: description.title || type,
    dialect: description.dialects[0] ?? null,
    base_url: needsUrl ? '' : description.base_url,
    hosts: [...(needsUrl ? [] : [new URL(description.base_url).host]), ...description.hosts],
    ...named,
    hooks,
    models: (description.models ?? []).map(model => model.id),
    warnings: warningsFor(description, { type, replaces, needsUrl }),
    replaces,
    approved_source: (await deps.approvedSource?.(type)) ?? null,
    sha256: hashOf(source),
  };
}

async function describe(
  type: string,
  source: string,
  host: ScriptHost,
): Promise<{ description: ProviderDescription; hooks: string[] }> {
  const file = `${type}.lua`;
  const script = await host.load(
    { name: type, file, text: source, trusted: false },
    { name: type, url: urlToCome, api_key: '' },
    {
      fetch: () =>
        Promise.reject(
          new AppError(
            'host_not_granted',
            `${file} sends a request while it is loaded; a script that is only being looked at may not.`,
          ),
        ),
      log: () => undefined,
      // The file will lie beside the script once it is imported; until then there is nothing to read.
      readData: () => Promise.resolve('[]'),
    },
  );
  try {
    return { description: describeProvider(script.table, script.hooks, file), hooks: [...script.hooks] };
  } finally {
    await script.close();
  }
}

function warningsFor(
  description: ProviderDescription,
  { type, replaces, needsUrl }: { type: string; replaces: ProviderReview['replaces']; needsUrl: boolean },
): string[] {
  const { hooks, key, hosts } = description;
  const url = new URL(description.base_url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const readsMessages = hooks.has('modify_body') || hooks.has('modify_events') || hooks.has('on_request');
  return [
    replaces === 'built-in'
      ? `It takes the place of the built-in provider ${type}: backends of that type will use it.`
      : '',
    replaces === 'user' ? `There is a script ${type}.lua already; it would be replaced.` : '',
    !needsUrl && url.protocol === 'http:' && !isLocal
      ? `It talks to ${url.host} without encryption: everybody on the way can read along.`
      : '',
    hosts.length > 0
      ? `It wants to reach ${hosts.join(', ')} beside its own address, and can send there what it sees.`
      : '',
    key?.type === 'function'
      ? 'It works out its API key in a function; which variable or keychain account it will name cannot be told before.'
      : '',
    readsMessages ? 'It reads and may change what you send or what is answered.' : '',
  ].filter(warning => warning !== '');
}
