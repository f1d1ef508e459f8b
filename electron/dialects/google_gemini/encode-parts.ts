import type { Part } from '@google/genai';

import type { Completion, GrowingBlock } from '../../contract/completion.ts';
import type { JsonObject } from '../../contract/json.ts';
import { argumentsOf, wholeBlocks } from '../call-arguments.ts';
import { encodeSignature } from './signature.ts';
import type { Words } from './words.ts';

/** Text or thought as a part; a signature may come without either. */
export function encodeTextPart(
  block: 'text' | 'thinking',
  text: string,
  signature: string | undefined,
): JsonObject {
  return {
    text,
    ...(block === 'thinking' && { thought: true }),
    ...(signature !== undefined && { thoughtSignature: encodeSignature(signature) }),
  } satisfies Part;
}

/** The calls of an answer. Gemini writes each whole, its arguments as an object. */
export function encodeCallParts(completion: Completion, ownId: string): JsonObject[] {
  return wholeBlocks(completion)
    .filter(block => block.block === 'tool_use')
    .map((call, position) => encodeCallPart(call, `call_${ownId}_${position}`));
}

function encodeCallPart(call: GrowingBlock, ownId: string): JsonObject {
  const { signature } = call;
  return {
    functionCall: { id: call.id || ownId, name: call.name ?? '', args: argumentsOf(call) },
    ...(signature !== undefined && { thoughtSignature: encodeSignature(signature) }),
  } satisfies Words<Part>;
}
