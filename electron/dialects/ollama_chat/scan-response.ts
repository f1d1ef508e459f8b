import { createAnswerScanner } from '../answer-scanner.ts';
import type { Edges, ScannedDialect } from '../answer-scanner.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { PassthroughScanner } from '../dialect.ts';
import { createDecoder, decodeResponse, isFinished } from './decode-events.ts';

const scanned: ScannedDialect = {
  framing: 'ndjson',
  createDecoder,
  decodeResponse,
  // Inside text these words stand with \" around them and do not match.
  mayHoldFacts: line => !/"done"\s*:\s*false/.test(line),
  isFinished,
  finishField: '"done"',
  readEdges,
};

/** Nothing was added to the request, so that nothing is taken out of the answer. */
export function createScanner({ stream }: { stream: boolean }): PassthroughScanner {
  return createAnswerScanner(scanned, stream);
}

/** The model stands before what was said, the counts after it. */
export function readEdges({ head, tail }: Edges): JsonObject {
  const known: JsonObject = { done: true };
  for (const name of ['prompt_eval_count', 'eval_count']) {
    const count = new RegExp(`"${name}"\\s*:\\s*(\\d+)`).exec(tail)?.[1];
    if (count !== undefined) known[name] = Number(count);
  }
  const model = /"model"\s*:\s*"([^"\\]+)"/.exec(head)?.[1];
  if (model !== undefined) known['model'] = model;
  return known;
}
