import type { ChatCompletionChunk, ChatCompletionMessageToolCall } from 'openai/resources/chat/completions';

import type { GrowingBlock } from '../../contract/completion.ts';
import type { JsonObject } from '../../contract/json.ts';
import { createFreeformReader } from '../freeform-text.ts';
import type { FreeformReader } from '../freeform-text.ts';
import type { Wire } from '../wire.ts';
import type { ToolKinds } from './native-tool.ts';
import { writeThoughtSignature } from './thought-signature.ts';

/** A call of a whole answer. */
export function encodeCall(
  call: GrowingBlock,
  id: string,
  kinds: ToolKinds,
): Wire<ChatCompletionMessageToolCall> {
  const name = call.name ?? '';
  if (kinds.custom.has(name)) {
    const reader = createFreeformReader();
    const input = reader.push(call.text) + reader.end();
    return { id, type: 'custom', custom: { name, input } };
  }
  return {
    id,
    type: 'function',
    function: { name, arguments: call.text === '' ? '{}' : call.text },
    ...writeThoughtSignature(call.signature),
  };
}

type Delta = ChatCompletionChunk.Choice.Delta;

/** Writes one call in pieces, each a `delta` of a chunk. */
export type CallWriter = {
  start(id: string, signature: string | undefined): JsonObject;
  grow(piece: string): JsonObject | undefined;
  sign(signature: string): JsonObject | undefined;
  /** What is missing once the call is whole. */
  end(): JsonObject | undefined;
};

/** `position` counts calls only; undefined where the one who asks knows one call and no list of them. */
export function createCallWriter(name: string, position: number | undefined, kinds: ToolKinds): CallWriter {
  if (position === undefined) return createLegacyWriter(name);
  return kinds.custom.has(name) ? createCustomWriter(name, position) : createFunctionWriter(name, position);
}

function createFunctionWriter(name: string, index: number): CallWriter {
  let hasArguments = false;
  const write = (text: string): Wire<Delta> => ({ tool_calls: [{ index, function: { arguments: text } }] });
  return {
    start: (id, signature) => ({
      tool_calls: [
        {
          index,
          id,
          type: 'function',
          function: { name, arguments: '' },
          ...writeThoughtSignature(signature),
        } satisfies Wire<ChatCompletionChunk.Choice.Delta.ToolCall>,
      ],
    }),
    grow(piece) {
      hasArguments = true;
      return write(piece);
    },
    sign(signature) {
      const signed = writeThoughtSignature(signature);
      return 'extra_content' in signed ? { tool_calls: [{ index, ...signed }] } : undefined;
    },
    end: () => (hasArguments ? undefined : write('{}')),
  };
}

/** A tool that takes text gets it as text. */
function createCustomWriter(name: string, index: number): CallWriter {
  const reader: FreeformReader = createFreeformReader();
  const write = (input: string): Wire<Delta> | undefined =>
    input === '' ? undefined : { tool_calls: [{ index, custom: { input } }] };
  return {
    start: id => ({
      tool_calls: [
        {
          index,
          id,
          type: 'custom',
          custom: { name, input: '' },
        } satisfies Wire<ChatCompletionChunk.Choice.Delta.ToolCall>,
      ],
    }),
    grow: piece => write(reader.push(piece)),
    sign: () => undefined,
    end: () => write(reader.end()),
  };
}

/** The form before tools (2023). */
function createLegacyWriter(name: string): CallWriter {
  let hasArguments = false;
  const write = (text: string): Wire<Delta> => ({ function_call: { arguments: text } });
  return {
    start: () => ({ function_call: { name, arguments: '' } }) satisfies Wire<Delta>,
    grow(piece) {
      hasArguments = true;
      return write(piece);
    },
    sign: () => undefined,
    end: () => (hasArguments ? undefined : write('{}')),
  };
}
