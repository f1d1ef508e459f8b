import type { BackendCheck } from '../contract/backends.ts';
import { describeKeyOrigin } from '../contract/keys.ts';
import { safeModeNote } from './command.ts';
import type { Command } from './command.ts';
import { withCore } from './with-core.ts';

export const doctorCommand: Command = {
  usage: 'doctor [--safe]',
  summary:
    'Check every backend with real requests: script, key, reachable, models. Exit 1 if one is broken. With --safe without scripts of your own.',
  options: { safe: { type: 'boolean' } },
  run: context =>
    withCore(context, async ({ engine, config }, signal) => {
      const lines = (await engine.listBackends()).filter(backend => backend.enabled);
      const backends = await Promise.all(lines.map(({ name }) => engine.checkBackend(name, signal)));
      const problem = config.problem();
      const isSafe = context.options['safe'] === true;
      if (context.json)
        context.print(JSON.stringify({ backends, config_problem: problem, safe_mode: isSafe }));
      else if (isSafe) context.print(safeModeNote);
      if (!context.json) for (const check of backends) context.print(describeCheck(check));
      return problem === null && backends.every(({ ok }) => ok) ? 0 : 1;
    }),
};

/** One line a backend. */
export function describeCheck(check: BackendCheck): string {
  const isChanged = check.approval === 'changed';
  const facts = [
    check.script === null
      ? null
      : `${check.script} script${isChanged ? ', changed since it was approved' : ''}`,
    describeKey(check),
    check.proxy === undefined ? null : `through the proxy ${check.proxy}`,
    check.reachable === null ? null : check.reachable ? 'reachable' : 'not reachable',
    check.models === null ? null : `${String(check.models)} ${check.models === 1 ? 'model' : 'models'}`,
    check.latency_ms === null ? null : `${String(check.latency_ms)} ms`,
  ].filter(fact => fact !== null);
  const end = check.error === null ? '' : `: ${check.error}`;
  const advice = isChanged ? ` ${adviseApproval(check.type)}` : '';
  return oneLine(`${check.ok ? 'ok    ' : 'broken'} ${check.name} (${facts.join(', ')})${end}${advice}`);
}

export function adviseApproval(type: string): string {
  return `${type}.lua was changed since it was approved, so it runs with the default grants; parley providers approve ${type} shows the difference.`;
}

/** What upstreams and scripts say stands in it, and must neither break the line nor move the cursor. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
}

function describeKey({ key, needs_key: needsKey }: BackendCheck): string {
  if (key) return `key ${describeKeyOrigin(key)}`;
  return needsKey ? 'no key' : 'no key needed';
}
