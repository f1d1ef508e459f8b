import type { ProviderReview } from '../contract/backends.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ScriptHost } from './lua/script-host.ts';
import { describeProvider } from './provider-description.ts';
import type { ProviderDescription } from './provider-description.ts';
import { quoteSource } from './quote-source.ts';
import { findWarnings } from './review-warnings.ts';
import { checkPath } from './script-data.ts';
import { namesInKeyValue } from './script-grants.ts';
import { typeOfFile } from './script-library.ts';
import type { ScriptLibrary } from './script-library.ts';
import { checkSource, hashOf, toLuaText } from './script-source.ts';

export type InspectDeps = {
  host: ScriptHost;
  library: ScriptLibrary;
  /** Source of this type that was approved before. */
  approvedSource?: ((type: string) => Promise<string | null>) | undefined;
};

/** Text of a JSON file beside the script that is looked at; undefined where there is none. */
export type ReadBeside = (path: string) => Promise<string | undefined>;

/** Stands for the backend's own url while there is no backend yet; `.invalid` can never be reached (RFC 2606). */
const urlToCome = 'http://your-backend.invalid';

/** Finds out what a script asks for, without a single request. Throws the script's error or script_refused. */
export async function inspectProvider(
  fileName: string,
  source: string,
  deps: InspectDeps,
  readBeside?: ReadBeside,
): Promise<ProviderReview> {
  const type = typeOfFile(fileName);
  checkSource(source, `${type}.lua`);
  const installed = await findInstalled(type, deps.library);
  const seen = await runScript({ type, source, readBeside }, deps);
  const { description } = seen;
  const named =
    description.key?.type === 'value' ? namesInKeyValue(description.key.value) : { env: [], keychain: [] };
  const hosts = [...(seen.needsUrl ? [] : [new URL(description.base_url).host]), ...description.hosts];
  const review: Omit<ProviderReview, 'warnings'> = {
    type,
    name: description.title || type,
    dialect: description.dialects[0] ?? null,
    base_url: seen.needsUrl ? '' : description.base_url,
    hosts: [...new Set(hosts)],
    ...named,
    hooks: seen.hooks,
    models: (description.models ?? []).map(model => model.id),
    ...(seen.dataFiles.length === 0 ? {} : { data_files: seen.dataFiles }),
    replaces: installed?.origin ?? null,
    approved_source: (await deps.approvedSource?.(type)) ?? null,
    sha256: hashOf(source),
  };
  const isSame = installed?.text === source;
  return { ...review, warnings: findWarnings(review, { ...seen, source, isSame }) };
}

type Installed = { origin: 'user' | 'built-in'; text: string | null };

/** What there is of this type already. Throws script_refused for a name that some computers take for another one. */
async function findInstalled(type: string, library: ScriptLibrary): Promise<Installed | undefined> {
  const known = await library.list();
  const alike = known.find(each => each.type !== type && each.type.toLowerCase() === type.toLowerCase());
  if (alike !== undefined) {
    throw new AppError(
      'script_refused',
      `There is a provider ${alike.type} already, and names that differ in capitals only are the same on many computers. Give the script another file name.`,
    );
  }
  if (type === 'eliza') {
    throw new AppError(
      'script_refused',
      'eliza is the name of the built-in demo. Give the script another file name.',
    );
  }
  const same = known.find(each => each.type === type);
  if (!same) return undefined;
  const text = await library.read(type).then(
    script => script.text,
    () => null, // a file that cannot be read is there all the same
  );
  return { origin: same.origin, text };
}

/** What a run of the script shows. */
type Seen = {
  description: ProviderDescription;
  table: JsonObject;
  hooks: string[];
  dataFiles: string[];
  /** Of those the ones that are nowhere. */
  missingFiles: string[];
  /** Whether its base_url comes from the url of its backend alone. */
  needsUrl: boolean;
};

type Looked = { type: string; source: string; readBeside: ReadBeside | undefined };

async function runScript(looked: Looked, deps: InspectDeps): Promise<Seen> {
  try {
    return { ...(await runOnce(looked, '', deps)), needsUrl: false };
  } catch {
    // One that cannot do without the url of a backend; what else is wrong shows again.
    const seen = await runOnce(looked, urlToCome, deps);
    return { ...seen, needsUrl: seen.description.base_url.startsWith(urlToCome) };
  }
}

async function runOnce(
  { type, source, readBeside }: Looked,
  url: string,
  { host, library }: InspectDeps,
): Promise<Omit<Seen, 'needsUrl'>> {
  const file = `${type}.lua`;
  const data = library.openData('user');
  const dataFiles = new Set<string>();
  const missingFiles: string[] = [];
  try {
    const script = await host.load(
      { name: type, file, text: toLuaText(source), trusted: false },
      { name: type, url, api_key: '' },
      {
        fetch: () =>
          Promise.reject(
            new AppError(
              'host_not_granted',
              `${file} sends a request while it is loaded; a script that is only being looked at may not.`,
            ),
          ),
        log: () => undefined,
        async readData(path) {
          checkPath(path);
          dataFiles.add(path);
          const text = (await readBeside?.(path)) ?? (await data.read(path).catch(() => undefined));
          if (text === undefined) missingFiles.push(path);
          return text ?? '[]';
        },
      },
    );
    await script.close();
    const { table, hooks } = script;
    const description = describeProvider(table, hooks, file);
    return { description, table, hooks: [...hooks], dataFiles: [...dataFiles], missingFiles };
  } catch (error) {
    throw quoteSource(toAppError(error), file, source);
  }
}
