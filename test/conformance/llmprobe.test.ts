import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { exceptions } from './support/llmprobe-exceptions.ts';
import { puppet } from './support/puppet-model.ts';
import { runLlmprobe } from './support/run-llmprobe.ts';
import type { Probe, ProbeResult } from './support/run-llmprobe.ts';
import { startBench, upstreamsFor } from './support/start-bench.ts';
import type { Bench } from './support/start-bench.ts';

// The last of the six is for tools of its own dialect; llmprobe speaks three at once.
const upstreams = upstreamsFor('openai_completions').slice(0, -1);

let bench: Bench;

beforeAll(async () => {
  bench = await startBench(upstreams, puppet);
});
afterAll(() => bench?.stop());

describe.each(upstreams)('llmprobe over $dialect', ({ dialect, backend, model }) => {
  let probe: Probe;

  beforeAll(async () => {
    probe = await runLlmprobe({ url: `${bench.url}/v1`, key: bench.key, model: `${backend}/${model}` });
  }, 60_000);

  it('finds nothing wrong but what is listed, and all that is listed', () => {
    expect(probe.results.length).toBeGreaterThan(100);
    expect(probe.results.flatMap(describeTrouble).sort()).toEqual(Object.keys(exceptions[dialect]).sort());
  });

  it('stays on this machine, and leaves nothing behind', () => {
    expect(probe).toMatchObject({ refused: [], left: [] });
  });
});

/** One line for each broken MUST, or for why there was nothing to break. */
function describeTrouble({ id, outcome, failures }: ProbeResult): string[] {
  const broken = failures.filter(({ severity }) => severity === 'MUST').map(failure => failure.id);
  if (broken.length > 0) return [...new Set(broken)].map(assertion => `${id}: ${assertion}`);
  return outcome === 'pass' ? [] : [`${id}: ${outcome}`];
}
