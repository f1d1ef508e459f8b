import type { Config } from '../contract/config.ts';
import type { BackendLine } from './backend-registry.ts';

export type BackendLines = {
  /** Enabled and disabled ones, the lowest priority number first; the same objects until the settings change. */
  all(): readonly BackendLine[];
  find(name: string): BackendLine | undefined;
};

type Known = { config: Config; all: BackendLine[]; byName: Map<string, BackendLine> };

/** The backends of parley.yaml and those built in, sorted once for each state of the settings: every call asks for them. */
export function createBackendLines(deps: { config(): Config; builtIn(): BackendLine[] }): BackendLines {
  let known: Known | undefined;
  const current = (): Known => {
    const config = deps.config();
    if (known?.config !== config) known = readLines(config, deps.builtIn());
    return known;
  };
  return {
    all: () => current().all,
    find: name => current().byName.get(name),
  };
}

/** A line of the person's own wins over a built-in one of the same name. */
function readLines(config: Config, builtIn: BackendLine[]): Known {
  const own = config.llm.backends.map(line => ({ ...line, demo: false }));
  const names = new Set(own.map(line => line.name));
  const all = [...own, ...builtIn.filter(line => !names.has(line.name))].toSorted(
    (a, b) => a.priority - b.priority,
  );
  return { config, all, byName: new Map(all.map(line => [line.name, line])) };
}
