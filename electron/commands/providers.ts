import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { importProvider } from '../api/provider-handlers.ts';
import { AppError } from '../contract/errors.ts';
import type { Core } from '../core.ts';
import { askYes } from './ask-yes.ts';
import { formatTable, requireArgument, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { describeCheck } from './doctor.ts';
import { formatReview } from './format-review.ts';
import { withCore } from './with-core.ts';

const usage =
  'providers list | import FILE [--yes] [--replace] | test NAME | grant NAME HOST|env:NAME|keychain:ACCOUNT | remove NAME';

export const providersCommand: Command = {
  usage,
  summary:
    'Provider scripts: list them, review and import one, test its backends, grant it a host, put it aside.',
  options: { yes: { type: 'boolean', short: 'y' }, replace: { type: 'boolean' } },
  maxArgs: 3,
  async run(context) {
    const [action] = context.args;
    switch (action) {
      case 'list':
        return withCore(context, core => list(core, context));
      case 'import':
        return withCore(context, core => importFile(core, context));
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
    const rows = providers.map(({ type, origin, backends }) => [type, origin, backends.join(', ')]);
    context.print(formatTable(['TYPE', 'SCRIPT', 'BACKENDS'], rows));
  }
  for (const { error } of providers) if (error) context.warn(`parley: ${error.message}`);
  return 0;
}

/** Shows what the script asks for before anything is written or requested. */
async function importFile({ engine, edits }: Core, context: CommandContext): Promise<number> {
  const path = requireArgument(context, 1, 'The file', usage);
  const source = await readScript(path);
  const review = await engine.inspectProvider(basename(path), source);
  if (!context.json) context.print(formatReview(review, source));
  const replace = context.options.replace === true;
  if (review.replaces === 'user' && !replace) {
    throw new AppError(
      'script_refused',
      `There is a script ${review.type}.lua already, so nothing was imported. Add --replace to replace it.`,
    );
  }
  if (context.options.yes !== true && !(await askYes(`Import ${review.type}?`))) {
    if (context.json) context.print(JSON.stringify({ review, imported: null }));
    context.warn('Nothing was imported. Answer y, or add --yes.');
    return 1;
  }
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

async function test({ engine }: Core, context: CommandContext, signal: AbortSignal): Promise<number> {
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
  const checks = await Promise.all(backends.map(backend => engine.checkBackend(backend.name, signal)));
  if (context.json) context.print(JSON.stringify({ backends: checks }));
  else for (const check of checks) context.print(describeCheck(check));
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

async function grant({ edits }: Core, context: CommandContext): Promise<number> {
  const type = requireArgument(context, 1, 'The name', usage);
  const { hosts, env, keychain } = await edits.grant(
    type,
    requireArgument(context, 2, 'What to grant', usage),
  );
  if (context.json) context.print(JSON.stringify({ type, hosts, env, keychain }));
  else {
    const all = [...hosts, ...env.map(name => `env:${name}`), ...keychain.map(name => `keychain:${name}`)];
    context.print(
      `${type}.lua, as it is now, may use: ${all.join(', ')}. A change of the file takes this back.`,
    );
  }
  return 0;
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
