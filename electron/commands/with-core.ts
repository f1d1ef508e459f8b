import { createCore } from '../core.ts';
import type { Core } from '../core.ts';
import { findResources } from '../resources.ts';
import type { CommandContext } from './command.ts';

/** Runs a command on the core without the gateway, and closes it whatever happens. Problems go to stderr. */
export async function withCore<T>(
  context: CommandContext,
  use: (core: Core, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const core = await createCore({
    dataDir: context.dataDir(),
    resources: findResources(),
    safe: context.options['safe'] === true,
    onProblem: error => context.warn(`parley: ${error.message}`),
  });
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  try {
    return await use(core, stop.signal);
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
    await core.close();
  }
}
