import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { WorkerData } from './worker-protocol.ts';

export type WorkerStarter = (data: WorkerData) => Worker;

/** JavaScript's own memory in a worker; a body passes through it as text several times. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** First code of a worker that runs from sources: takes modules from the main thread instead of from the disk. */
const BOOT = `
const { registerHooks } = require('node:module');
const { modules, entry } = require('node:worker_threads').workerData.sources;
registerHooks({
  load(url, context, next) {
    const source = modules[url];
    return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
  },
});
import(entry);`;

/** Starts workers from one file: script-worker.ts, or what it was bundled to. */
export function createWorkerStarter(file: string | URL): WorkerStarter {
  let sources: WorkerData['sources'];
  return data => {
    const options: WorkerOptions = {
      transferList: [data.answers],
      env: {},
      execArgv: [],
      argv: [],
      stdout: true,
      stderr: true,
      resourceLimits: RESOURCE_LIMITS,
    };
    if (!isTypeScript(file)) return new Worker(file, { ...options, workerData: data });
    sources ??= readSources(file);
    return new Worker(BOOT, {
      ...options,
      eval: true,
      workerData: { ...data, sources } satisfies WorkerData,
    });
  };
}

/** Where Node has no such hooks, it takes the types out itself, in every worker anew. */
function isTypeScript(file: string | URL): boolean {
  return String(file).endsWith('.ts') && typeof nodeModule.registerHooks === 'function';
}

/** In every worker Node's own type stripper would cost 10 MB and half of the time to start. */
function readSources(file: string | URL): NonNullable<WorkerData['sources']> {
  const entry = typeof file === 'string' ? pathToFileURL(file).href : file.href;
  const modules: Record<string, string> = {};
  const emitWarning = process.emitWarning.bind(process);
  // It warns that it is experimental; Node uses it for every source file, without a word.
  process.emitWarning = () => {};
  try {
    addModule(entry, modules);
  } finally {
    process.emitWarning = emitWarning;
  }
  return { entry, modules };
}

function addModule(url: string, modules: Record<string, string>): void {
  if (modules[url] !== undefined) return;
  const source = nodeModule.stripTypeScriptTypes(readFileSync(new URL(url), 'utf8'));
  modules[url] = source;
  for (const [, path = ''] of source.matchAll(/^(?:import|export)\b[^;']*? from '(\.[^']+)';/gm)) {
    addModule(new URL(path, url).href, modules);
  }
}
