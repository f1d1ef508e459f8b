import type { DialectName, ModelFacts } from '../../contract/models.ts';
import type { Backend, BackendRegistry } from '../backend-registry.ts';
import type { Candidate, Target } from '../engine.ts';
import { dialectOf } from '../list-models.ts';
import type { ModelLister } from '../list-models.ts';

/** A target with all that is needed to ask it. */
export type OpenTarget = { target: Target; backend: Backend; facts: ModelFacts | undefined };

export type OpenDeps = { backends: BackendRegistry; lister: ModelLister };

/**
 * Loads a candidate's script at its first use; after that there is nothing to wait for, and no promise is made. Throws,
 * or rejects with, the script's error.
 */
export function openTarget(
  candidate: Candidate,
  spoken: DialectName | null,
  deps: OpenDeps,
): OpenTarget | Promise<OpenTarget> {
  const backend = deps.backends.peek(candidate.backend);
  return backend && !needsList(backend)
    ? describe(candidate, spoken, backend, deps.lister.facts(candidate.backend, candidate.model))
    : loadTarget(candidate, spoken, deps);
}

async function loadTarget(
  candidate: Candidate,
  spoken: DialectName | null,
  { backends, lister }: OpenDeps,
): Promise<OpenTarget> {
  const backend = await backends.get(candidate.backend);
  const facts = needsList(backend)
    ? await lister.askFacts(candidate.backend, candidate.model)
    : lister.facts(candidate.backend, candidate.model);
  return describe(candidate, spoken, backend, facts);
}

/** Where the provider has no dialect of its own, only the list of its models knows it. */
function needsList(backend: Backend): boolean {
  return backend.description.dialects.length === 0;
}

function describe(
  { backend: name, model }: Candidate,
  spoken: DialectName | null,
  backend: Backend,
  facts: ModelFacts | undefined,
): OpenTarget {
  const { hooks } = backend.description;
  const dialect = dialectOf(backend, facts ?? { id: model }, spoken);
  const passesBytes = !hooks.has('modify_body') && !hooks.has('modify_events');
  return { target: { backend: name, model, dialect, passes_bytes: passesBytes }, backend, facts };
}
