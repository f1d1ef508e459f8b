import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { importProvider } from '../api/provider-handlers.ts';
import type { BackendStatus, ProviderInfo, ProviderReview } from '../contract/backends.ts';
import { AppError } from '../contract/errors.ts';
import type { Core } from '../core.ts';
import { askYes } from './ask-yes.ts';
import { formatTable, requireArgument, textOption, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { adviseApproval, describeCheck } from './doctor.ts';
import { formatReview } from './format-review.ts';
import { formatTrace, traceBackend } from './trace-provider.ts';
import { withCore } from './with-core.ts';

const usage =
  'providers list | import FILE [--yes] [--replace] | approve NAME [--yes] | test NAME [--trace [-m MODEL]] | grant NAME HOST|env:NAME|keychain:ACCOUNT | remove NAME';

export const providersCommand: Command = {
  usage,
  summary:
    'Provider scripts: list them, review and import one, approve one that was changed, test its backends, grant it a host, put it aside.',
  options: {
    yes: { type: 'boolean', short: 'y' },
    replace: { type: 'boolean' },
    trace: { type: 'boolean' },
    model: { type: 'string', short: 'm' },
  },
  maxArgs: 3,
  async run(context) {
    const [action] = context.args;
    switch (action) {
      case 'list':
        return withCore(context, core => list(core, context));
      case 'import':
        return withCore(context, core => importFile(core, context));
      case 'approve':
        return withCore(context, core => approve(core, context));
      case 'test':
        return withCore(context, (core, signal) => test(core, context, signal));
      case 'grant':
        return withCore(context, core => grant(core, context));
      case 'remove':
        return withCore(context, core => remove(core, context));
      default:
        throw unknownAction(action, usage);
    }
  },
};

async function list({ engine }: Core, context: CommandContext): Promise<number> {
  const providers = await engine.listProviders();
  if (context.json) context.print(JSON.stringify(providers));
  else {
    const rows = providers.map(each => [each.type, describeScript(each), each.backends.join(', ')]);
    context.print(formatTable(['TYPE', 'SCRIPT', 'BACKENDS'], rows));
  }
  for (const { error } of providers) if (error) context.warn(`parley: ${error.message}`);
  for (const { type, approval } of providers)
    if (approval === 'changed') context.warn(`parley: ${adviseApproval(type)}`);
  return 0;
}

function describeScript({ origin, approval }: ProviderInfo): string {
  switch (approval) {
    case 'changed':
      return 'user, changed since it was approved';
    case 'none':
      return 'user, not reviewed';
    case 'current':
    case undefined:
      return origin;
  }
}

/** Shows what the script asks for before anything is written or requested. */
async function importFile({ engine, edits }: Core, context: CommandContext): Promise<number> {
  const path = requireArgument(context, 1, 'The file', usage);
  const source = await readScript(path);
  const beside = readerOf(dirname(path));
  const review = await engine.inspectProvider(basename(path), source, beside);
  if (!context.json) context.print(formatReview(review, source));
  // The script that is there already, approved anew, replaces nothing.
  const isThere = (await edits.readScript(review.type)) === source;
  const replace = context.options.replace === true || isThere;
  if (review.replaces === 'user' && !replace) {
    throw new AppError(
      'script_refused',
      `There is a script ${review.type}.lua already, so nothing was imported. Add --replace to replace it.`,
    );
  }
  if (!(await isAgreed(`Import ${review.type}?`, context))) {
    if (context.json) context.print(JSON.stringify({ review, imported: null }));
    context.warn('Nothing was imported. Answer y, or add --yes.');
    return 1;
  }
  await edits.writeData(await readAll(review.data_files ?? [], beside), context.options.replace === true);
  const imported = await importProvider(
    { file_name: basename(path), source, sha256: review.sha256, replace },
    engine,
    edits,
  );
  if (context.json) context.print(JSON.stringify({ review, imported }));
  else
    context.print(
      `Imported. Backends that use it: ${imported.backends.join(', ')}. Try: parley providers test ${review.type}`,
    );
  return 0;
}

/** Reviews a script where it lies: one that was put there by hand, or changed there. */
async function approve({ engine, edits }: Core, context: CommandContext): Promise<number> {
  const type = requireArgument(context, 1, 'The name', usage);
  const source = await edits.readScript(type);
  if (source === undefined) {
    throw new AppError(
      'not_found',
      `There is no script ${type}.lua of your own in providers/; parley providers list shows all there are.`,
    );
  }
  const review = await engine.inspectProvider(`${type}.lua`, source);
  if (!context.json) context.print(formatReview(review, source));
  const agreed = await isAgreed(`Approve ${type} as it is now?`, context);
  if (agreed) await edits.approve(review, source);
  if (context.json) context.print(JSON.stringify({ review, approved: agreed }));
  else if (agreed) context.print(`Approved. ${describeGrants(review)}`);
  if (!agreed) context.warn('Nothing was approved. Answer y, or add --yes.');
  return agreed ? 0 : 1;
}

async function isAgreed(question: string, context: CommandContext): Promise<boolean> {
  return context.options.yes === true || askYes(question);
}

type Reader = (path: string) => Promise<string | undefined>;

function readerOf(folder: string): Reader {
  return path => readFile(join(folder, path), 'utf8').catch(() => undefined);
}

async function readAll(paths: readonly string[], read: Reader): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const path of paths) {
    const text = await read(path);
    if (text !== undefined) files.set(path, text);
  }
  return files;
}

async function readScript(path: string): Promise<string> {
  try {
    const source = await readFile(path, 'utf8');
    if (source.length <= 1_000_000) return source;
  } catch (cause) {
    throw new AppError(
      'script_refused',
      `${path} could not be read. Check the file's name and that you may read it.`,
      { cause },
    );
  }
  throw new AppError(
    'script_refused',
    `${path} is larger than 1 MB, which no provider script is. Is it the right file?`,
  );
}

async function test(core: Core, context: CommandContext, signal: AbortSignal): Promise<number> {
  const { engine } = core;
  const name = requireArgument(context, 1, 'The name', usage);
  const backends = (await engine.listBackends()).filter(
    backend => backend.name === name || backend.type === name,
  );
  if (backends.length === 0) {
    throw new AppError(
      'unknown_backend',
      `No backend named "${name}" and none of that type is there. Add one to parley.yaml first.`,
    );
  }
  if (context.options.trace === true) return trace(core, backends, context, signal);
  const checks = await Promise.all(backends.map(backend => engine.checkBackend(backend.name, signal)));
  if (context.json) context.print(JSON.stringify({ backends: checks }));
  else for (const check of checks) context.print(describeCheck(check));
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

/** One real request a backend, which may cost something: only where it was asked for. */
async function trace(
  core: Core,
  backends: readonly BackendStatus[],
  context: CommandContext,
  signal: AbortSignal,
): Promise<number> {
  const asked = { model: textOption(context, 'model'), message: 'Say hello in one sentence.' };
  const traces = await Promise.all(backends.map(backend => traceBackend(core, backend, asked, signal)));
  if (context.json) context.print(JSON.stringify({ traces }));
  else for (const each of traces) context.print(formatTrace(each));
  return traces.every(({ run }) => run.error === null) ? 0 : 1;
}

async function grant({ edits }: Core, context: CommandContext): Promise<number> {
  const name = requireArgument(context, 1, 'The name', usage);
  const wanted = requireArgument(context, 2, 'What to grant', usage);
  const { type, approval } = await edits.grant(name, wanted);
  const { hosts, env, keychain } = approval;
  if (context.json) context.print(JSON.stringify({ type, hosts, env, keychain }));
  else {
    context.print(
      `${type}.lua, as it is now: ${describeGrants(approval)} A change of the file takes this back.`,
    );
  }
  return 0;
}

function describeGrants({
  hosts,
  env,
  keychain,
}: Pick<ProviderReview, 'hosts' | 'env' | 'keychain'>): string {
  const all = [...hosts, ...env.map(name => `env:${name}`), ...keychain.map(name => `keychain:${name}`)];
  return all.length === 0 ? 'It may use nothing but its backend.' : `It may use ${all.join(', ')}.`;
}

async function remove({ edits, engine }: Core, context: CommandContext): Promise<number> {
  const type = requireArgument(context, 1, 'The name', usage);
  const { moved_to: movedTo } = await edits.removeScript(type);
  const left = (await engine.listBackends()).filter(backend => backend.type === type).map(({ name }) => name);
  if (context.json) context.print(JSON.stringify({ type, moved_to: movedTo, backends: left }));
  else {
    context.print(`Moved to ${movedTo}.`);
    if (left.length > 0) context.print(`Still in parley.yaml with this type: ${left.join(', ')}.`);
  }
  return 0;
}
