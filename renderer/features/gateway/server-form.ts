import { gatewayConfigSchema, isLoopback } from '../../../electron/contract/config.ts';
import type { ServerSettings } from '../../../electron/contract/server-calls.ts';

/** The gateway's settings as they stand in the fields; lists have a line for each entry. */
export type ServerForm = { host: string; port: string; requireKey: boolean; names: string; origins: string };

/** What is wrong with a field; `entry` is the line that is. */
export type ServerProblem = { type: 'port' | 'names' | 'name' | 'cors'; entry: string };
export type ServerProblems = Partial<Record<'port' | 'names' | 'origins', ServerProblem>>;

export function toServerForm(settings: ServerSettings): ServerForm {
  return {
    host: settings.host,
    port: String(settings.port),
    requireKey: settings.require_key,
    names: settings.allowed_hosts.join('\n'),
    origins: settings.cors_origins.join('\n'),
  };
}

/** Whether the rest of the settings leaves no choice about keys. */
export function demandsKey({ host, origins }: Pick<ServerForm, 'host' | 'origins'>): boolean {
  return !isLoopback(host) || linesOf(origins).includes('*');
}

/** The settings that differ from those before, or what is wrong in which field. */
export function fromServerForm(
  form: ServerForm,
  before: ServerSettings,
): { changes: Partial<ServerSettings>; problems: ServerProblems } {
  const problems: ServerProblems = {};
  const [names, origins] = [linesOf(form.names), linesOf(form.origins)];
  const port = /^\d{1,5}$/.test(form.port.trim()) ? Number(form.port) : Number.NaN;
  if (!(port <= 65_535)) problems.port = { type: 'port', entry: form.port };
  const badName = names.find(name => !isGood('allowed_hosts', name));
  if (badName !== undefined) problems.names = { type: 'name', entry: badName };
  else if (!isLoopback(form.host) && names.length === 0) problems.names = { type: 'names', entry: '' };
  const badOrigin = origins.find(origin => !isGood('cors_origins', origin));
  if (badOrigin !== undefined) problems.origins = { type: 'cors', entry: badOrigin };
  const after: ServerSettings = {
    host: form.host,
    port,
    require_key: form.requireKey || demandsKey(form),
    allowed_hosts: names,
    cors_origins: origins,
  };
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof ServerSettings]), // its own names
  );
  return { changes: Object.fromEntries(changed), problems };
}

function linesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(line => line !== ''))];
}

/** As parley.yaml has it, where the same check stands. */
function isGood(field: 'allowed_hosts' | 'cors_origins', entry: string): boolean {
  return gatewayConfigSchema.shape[field].safeParse([entry]).success;
}
