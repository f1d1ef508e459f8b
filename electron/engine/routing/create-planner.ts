import type { Config } from '../../contract/config.ts';
import { AppError } from '../../contract/errors.ts';
import { splitModelName } from '../../contract/models.ts';
import type { BackendLines } from '../backend-lines.ts';
import { unknownBackend } from '../backend-registry.ts';
import type { BackendLine } from '../backend-registry.ts';
import type { Candidate, ModelList, Plan } from '../engine.ts';
import type { ModelLister } from '../list-models.ts';

export type PlanDeps = {
  config(): Config;
  lines: BackendLines;
  lister: Pick<ModelLister, 'list'>;
  /** Milliseconds that only ever grow. */
  now(): number;
};

export type Planner = {
  /** Finds who may answer to a name; waits only where lists of models have to be read. Throws, or rejects with, unknown_model. */
  plan(name: string): Plan | Promise<Plan>;
  /** Aliases that lead somewhere, with the model that is asked first. */
  aliases(): { alias: string; first: Candidate }[];
  /** Settings or scripts changed. */
  forget(): void;
};

/** Longest wait for the lists of models, in milliseconds, where a name does not say which backend it means. */
const patienceMs = 5_000;
/** How long, in milliseconds, a bare name's meaning is remembered: finding it goes through every model there is. */
const rememberMs = 30_000;
const mostRemembered = 500;

export function createPlanner(deps: PlanDeps): Planner {
  const bare = new Map<string, { plan: Plan; until: number }>();
  // Names that say which backend they mean, by the settings as they are.
  let named = new Map<string, Plan>();
  let namedBy: Config | undefined;

  async function planBare(name: string): Promise<Plan> {
    const known = bare.get(name);
    if (known && deps.now() < known.until) return known.plan;
    const plan = await planBareModel(name, deps);
    if (bare.size >= mostRemembered) bare.clear();
    bare.set(name, { plan, until: deps.now() + rememberMs });
    return plan;
  }

  function planNamed(name: string, { llm: { aliases } }: Config): Plan | undefined {
    const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
    if (alias) return planAlias(name, alias, deps.lines);
    const parts = splitModelName(name);
    const isBackend = parts && deps.lines.find(parts.backend)?.enabled;
    return isBackend ? { candidates: [parts], warnings: [] } : undefined;
  }

  return {
    plan(name) {
      const config = deps.config();
      if (config !== namedBy || named.size >= mostRemembered) {
        named = new Map();
        namedBy = config;
      }
      const known = named.get(name) ?? planNamed(name, config);
      if (!known) return planBare(name);
      named.set(name, known);
      return known;
    },
    aliases: () =>
      Object.entries(deps.config().llm.aliases).flatMap(([alias, targets]) => {
        const first = targets.map(target => readTarget(alias, target, deps.lines).candidate).find(Boolean);
        return first ? [{ alias, first }] : [];
      }),
    forget: () => bare.clear(),
  };
}

/** Models of an alias that cannot be asked, one sentence each. */
export function checkAlias(alias: string, targets: readonly string[], lines: BackendLines): string[] {
  return targets.flatMap(target => readTarget(alias, target, lines).problem ?? []);
}

/** Those of the first one's provider: a key given with the call is that provider's, and nobody else gets to see it. */
export function ofOneProvider({ candidates }: Plan, backends: Pick<BackendLines, 'find'>): Candidate[] {
  const typeOf = ({ backend }: Candidate): string | undefined => backends.find(backend)?.type;
  return candidates.filter(candidate => typeOf(candidate) === typeOf(candidates[0]));
}

function planAlias(alias: string, targets: readonly string[], lines: BackendLines): Plan {
  const candidates: Candidate[] = [];
  const warnings: string[] = [];
  for (const target of targets) {
    const { candidate, problem } = readTarget(alias, target, lines);
    if (candidate) candidates.push(candidate);
    else warnings.push(problem);
  }
  const [first, ...others] = candidates;
  if (first) return { candidates: [first, ...others], warnings };
  throw new AppError('unknown_model', `The alias ${alias} leads nowhere. ${warnings.join(' ')}`);
}

type ReadTarget = { candidate: Candidate; problem?: never } | { candidate?: never; problem: string };

function readTarget(alias: string, target: string, lines: BackendLines): ReadTarget {
  const named = splitModelName(target);
  const line = named && lines.find(named.backend);
  if (named && line?.enabled) return { candidate: named };
  const reason = line ? 'is disabled' : 'is no backend in parley.yaml';
  return {
    problem: `The alias ${alias} names ${target}, but ${named?.backend ?? target} ${reason}.`,
  };
}

/** A name without a backend: some models' ids have slashes of their own, so it is looked up whole. */
async function planBareModel(name: string, deps: PlanDeps): Promise<Plan> {
  const { models, problems } = await deps.lister.list({ patience_ms: patienceMs });
  const having = new Set(
    models.flatMap(({ id, backend }) => (id.slice(backend.length + 1) === name ? [backend] : [])),
  );
  const [best, ...others] = deps.lines.all().filter(line => having.has(line.name));
  if (!best) throw unknownModel(name, { models, problems }, deps.lines);
  if (others[0]?.priority === best.priority) throw ambiguousModel(name, [best, ...others]);
  const toCandidate = (line: BackendLine): Candidate => ({ backend: line.name, model: name });
  return { candidates: [toCandidate(best), ...others.map(toCandidate)], warnings: [] };
}

function ambiguousModel(name: string, lines: BackendLine[]): AppError {
  const full = lines.map(line => `${line.name}/${name}`).join(', ');
  return new AppError(
    'unknown_model',
    `Several backends have a model named "${name}": ${full}. Ask for one of them, or give the backends different priorities in parley.yaml.`,
  );
}

function unknownModel(name: string, { models, problems }: ModelList, lines: BackendLines): AppError {
  const asked = name.toLowerCase();
  const alike = models.filter(({ id }) => id.toLowerCase().includes(asked)).slice(0, 5);
  const unheard = problems.map(({ backend }) => backend).join(', ');
  const also = unheard === '' ? '' : ` (${unheard} could not be asked)`;
  if (alike.length > 0) {
    const names = alike.map(({ id }) => id).join(', ');
    return new AppError('unknown_model', `There is no model named "${name}"${also}. Did you mean ${names}?`);
  }
  const named = splitModelName(name);
  if (named) {
    const { message } = unknownBackend(named.backend, lines.all());
    const reason = message.charAt(0).toLowerCase() + message.slice(1);
    return new AppError('unknown_model', `There is no model named "${name}"${also}: ${reason}`);
  }
  const enabled = lines.all().find(line => line.enabled);
  const example = enabled ? `, for example ${enabled.name}/${name}` : '';
  return new AppError(
    'unknown_model',
    `There is no model named "${name}"${also}. Models are named backend/model${example}; GET /v1/models lists them.`,
  );
}
