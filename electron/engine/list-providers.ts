import type { ProviderInfo } from '../contract/backends.ts';
import { toErrorInfo } from '../contract/errors.ts';
import type { BackendRegistry } from './backend-registry.ts';
import { findApproval } from './check-backend.ts';
import { inspectProvider } from './inspect-provider.ts';
import type { InspectDeps } from './inspect-provider.ts';

/** Every script there is; the person's own are loaded, so that what is wrong with them shows, and those that are in use. */
export async function listProviders(backends: BackendRegistry, deps: InspectDeps): Promise<ProviderInfo[]> {
  const known = await deps.library.list();
  const lines = backends.lines();
  return Promise.all(
    known.map(async ({ type, origin, file }) => {
      const using = lines.filter(line => line.type === type);
      const names = using.map(line => line.name);
      const info: ProviderInfo = { type, name: type, origin, file, backends: names, error: null };
      try {
        const source = origin === 'user' ? await deps.library.read(type) : undefined;
        const approval = source && (await findApproval(source, deps.approvedSource));
        if (approval !== undefined) info.approval = approval;
        if (using[0]) info.name = (await backends.get(using[0].name)).description.title || type;
        else if (source) info.name = (await inspectProvider(`${type}.lua`, source.text, deps)).name;
        return info;
      } catch (error) {
        return { ...info, error: toErrorInfo(error) };
      }
    }),
  );
}
