import { parseArgs } from 'node:util';

import { dialectNames } from '../../../electron/contract/models.ts';
import { upstreamsFor } from '../support/start-bench.ts';
import { cliTools } from './cli-tools.ts';
import { installTool } from './install-tool.ts';
import { runTool } from './run-tool.ts';

// `npm run conformance:tools [-- --only codex,claude] [--over google_gemini]`: real command-line tools, installed on
// demand, each finishing a turn with a tool call through the gateway, over an upstream of every dialect.

const { values } = parseArgs({
  options: { only: { type: 'string' }, over: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log(
    `npm run conformance:tools [-- --only ${cliTools.map(({ name }) => name).join(',')}] [--over ${dialectNames.join(',')}]`,
  );
  process.exit();
}
const isAsked = (name: string, asked: string | undefined): boolean =>
  asked === undefined || asked.split(',').includes(name);

let failed = 0;
for (const tool of cliTools.filter(({ name }) => isAsked(name, values.only))) {
  const program = await installTool(tool);
  console.log(`\n${tool.package} ${tool.version}, which speaks ${tool.dialect}`);
  const phoned = new Set<string>();
  const upstreams = upstreamsFor(tool.dialect).filter(({ dialect }) => isAsked(dialect, values.over));
  for (const upstream of upstreams) {
    const run = await runTool(tool, program, upstream);
    for (const host of run.phoned) phoned.add(host);
    if (run.problem !== undefined) failed += 1;
    const outcome = run.problem === undefined ? 'ok' : `FAILED: ${run.problem}`;
    const signed = run.signed ? '' : ', what the model had signed did not come back';
    console.log(`  ${upstream.backend.padEnd(26)} ${outcome} (${run.seconds.toFixed(1)} s${signed})`);
  }
  if (phoned.size > 0) console.log(`  tried to reach: ${[...phoned].join(', ')}`);
}
process.exitCode = failed === 0 ? 0 : 1;
