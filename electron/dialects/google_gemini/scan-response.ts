import { createAnswerScanner } from '../answer-scanner.ts';
import type { Edges, ScannedDialect } from '../answer-scanner.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { PassthroughScanner } from '../dialect.ts';
import { createDecoder, decodeResponse, isFinished } from './decode-events.ts';

const scanned: ScannedDialect = {
  createDecoder,
  decodeResponse,
  // Each of the few events of an answer holds the usage so far.
  mayHoldFacts: () => true,
  isFinished,
  finishField: '"finishReason"',
  readEdges,
};

/** Nothing was added to the request, so that nothing is taken out of the answer. */
export function createScanner({ stream }: { stream: boolean }): PassthroughScanner {
  return createAnswerScanner(scanned, stream);
}

const counts = [
  'promptTokenCount',
  'toolUsePromptTokenCount',
  'cachedContentTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
];

/** Model and usage stand after what was said. */
function readEdges({ tail }: Edges): JsonObject {
  const end = tail.slice(Math.max(0, tail.lastIndexOf('"usageMetadata"')));
  const usageMetadata: JsonObject = {};
  for (const name of counts) {
    const count = new RegExp(`"${name}"\\s*:\\s*(\\d+)`).exec(end)?.[1];
    if (count !== undefined) usageMetadata[name] = Number(count);
  }
  const model = /"modelVersion"\s*:\s*"([^"\\]+)"/.exec(end)?.[1];
  return { usageMetadata, ...(model !== undefined && { modelVersion: model }) };
}
