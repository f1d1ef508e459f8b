import { toAppError } from '../contract/errors.ts';
import type { AppError } from '../contract/errors.ts';
import type { BackendLine, BackendRegistry } from './backend-registry.ts';
import type { ScriptLibrary } from './script-library.ts';

/**
 * Backends whose script is not there, or is the person's own and does not load. What comes with the app is known to load, and
 * is left alone: the thread scripts run in costs an idle Parley a quarter of its memory.
 */
export async function findBrokenScripts(
  lines: readonly BackendLine[],
  { library, backends }: { library: Pick<ScriptLibrary, 'read'>; backends: Pick<BackendRegistry, 'get'> },
): Promise<{ backend: string; error: AppError }[]> {
  const found = await Promise.all(
    lines.map(async ({ name, type }) => {
      try {
        const { origin } = await library.read(type);
        if (origin === 'user') await backends.get(name);
        return [];
      } catch (error) {
        return [{ backend: name, error: toAppError(error) }];
      }
    }),
  );
  return found.flat();
}
